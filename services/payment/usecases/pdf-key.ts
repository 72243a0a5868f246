import type { Invoice } from '../domain/invoice.ts';

/** Where the PDF of a document lies in object storage. */
export function pdfKey({ shopId, id }: Pick<Invoice, 'shopId' | 'id'>): string {
  return `shops/${shopId}/${id}.pdf`;
}
