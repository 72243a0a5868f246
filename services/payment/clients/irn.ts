import { createHash } from 'node:crypto';
import type { EInvoiceJson } from '../domain/e-invoice-json.ts';

/**
 * The reference number that the portal gives, which anybody can compute: the hash of the supplier's GST number, the
 * financial year such as `2026-27`, the type and the number of the document.
 */
export function referenceNumber(about: { gstin: string; year: string; type: string; number: string }): string {
  const { gstin, year, type, number } = about;
  return createHash('sha256').update(`${gstin}${year}${type}${number}`).digest('hex');
}

export function irnOf({ SellerDtls, DocDtls: { Typ, No, Dt } }: EInvoiceJson): string {
  const [, month = 0, year = 0] = Dt.split('/').map(Number);
  const from = month >= 4 ? year : year - 1;
  const financialYear = `${from}-${String((from + 1) % 100).padStart(2, '0')}`;
  return referenceNumber({ gstin: SellerDtls.Gstin, year: financialYear, type: Typ, number: No });
}
