import { istDayRange } from '@doffers/calendar';
import { type Gstr1, gstr1 } from '../domain/gstr1.ts';
import type { InvoiceDeps } from './invoice-deps.ts';

/** The instants between which a month such as `2026-11` lies in India. */
export function monthRange(period: string): { readonly start: Date; readonly end: Date } {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return { start: istDayRange(`${period}-01`).start, end: istDayRange(`${next}-01`).start };
}

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
