import { type Gstr1, gstr1 } from '../domain/gstr1.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { monthRange } from './month-range.ts';

/** Sorts the documents of a month into the sections of the supplier's return. */
export async function exportGstr1(
  { books, supplier }: Pick<InvoiceDeps, 'books' | 'supplier'>,
  period: string,
): Promise<Gstr1> {
  const { invoices } = books;
  const documents = await invoices.listIssued({ supplierGstin: supplier.gstin, ...monthRange(period) });
  const quoted = documents.flatMap(({ kind, original }) =>
    kind === 'credit_note' && original !== undefined ? [original.id] : [],
  );
  const originals = await invoices.findAll([...new Set(quoted)]);
  return gstr1({ gstin: supplier.gstin, period }, documents, new Map(originals.map((found) => [found.id, found])));
}
