import { type Paise, paise, sumPaise, totalTax } from '@doffers/money';
import { type Invoice, type InvoiceLine, taxRows } from '../../domain/invoice.ts';
import { plain } from './figures.ts';
import { faint, margin, type Pdf, startOf, text } from './page.ts';
import { table } from './table.ts';

/** The taxes of a document by service code, as a return asks for them. */
export function sacSummary(pdf: Pdf, invoice: Invoice, top: number): number {
  if (taxRows(invoice).length === 0) return top;
  const codes = [...new Set(invoice.lines.map(({ sac }) => sac))].toSorted();
  const taxes = taxRows(invoice);
  const inter = taxes.length === 1;
  const columns = [
    { title: 'SAC', width: 70, align: 'left' },
    { title: 'Taxable value (₹)', width: 110, align: 'right' },
    ...taxes.map(({ name, rate }) => ({ title: `${name} ${rate} (₹)`, width: 110, align: 'right' }) as const),
    { title: 'Total tax (₹)', width: 110, align: 'right' },
  ] as const;
  const cells = (name: string, lines: readonly InvoiceLine[]) => {
    const sumOf = (amount: (line: InvoiceLine) => Paise) => sumPaise(lines.map(amount));
    const parts = inter
      ? [sumOf((line) => line.taxes.igst)]
      : [sumOf((line) => line.taxes.cgst), sumOf((line) => line.taxes.sgst)];
    const all = paise(lines.reduce((sum, line) => sum + totalTax(line.taxes), 0));
    return [name, plain(sumOf(({ taxable }) => taxable)), ...parts.map(plain), plain(all)];
  };
  const rows = codes.map((code) => ({
    cells: cells(
      code,
      invoice.lines.filter(({ sac }) => sac === code),
    ),
  }));
  const total = codes.length > 1 ? [{ cells: cells('Total', invoice.lines), bold: true }] : [];
  const y = startOf(pdf, top, 34 + 18 * (rows.length + total.length));
  text(pdf, 'TAX BY SERVICE CODE', { x: margin, y, width: 200, size: 7, colour: faint, font: 'bold' });
  return table(pdf, columns, [...rows, ...total], y + 11);
}
