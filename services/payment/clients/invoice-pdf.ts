import { readFile } from 'node:fs/promises';
import { istDay } from '@doffers/calendar';
import { formatRupees, type Paise, paise, rupeesInWords, totalTax } from '@doffers/money';
import PDFDocument from 'pdfkit';
import { type Invoice, type InvoiceKind, taxRows } from '../domain/invoice.ts';
import { placeLabel } from '../domain/place-of-supply.ts';
import type { Party } from '../domain/supply.ts';

const regularFont = new URL(
  import.meta.resolve('@expo-google-fonts/noto-sans-devanagari/400Regular/NotoSansDevanagari_400Regular.ttf'),
);
const boldFont = new URL(
  import.meta.resolve('@expo-google-fonts/noto-sans-devanagari/700Bold/NotoSansDevanagari_700Bold.ttf'),
);

const margin = 42;
const width = 595.28 - 2 * margin; // A4
const bottom = 841.89 - 60;
const ink = '#1c2430';
const faint = '#68717f';
const rule = '#c9ced6';
const shade = '#f1f3f6';

type Pdf = InstanceType<typeof PDFDocument>;

/**
 * Draws documents on A4. The fonts carry the rupee sign and Devanagari, and only what a document uses of them is
 * embedded; nothing in the file comes from the clock, so that drawing it again gives the same bytes.
 */
export function createInvoiceRenderer(): (invoice: Invoice) => Promise<Uint8Array> {
  const fonts = Promise.all([readFile(regularFont), readFile(boldFont)]);
  fonts.catch(() => undefined); // whoever renders first is told
  return async (invoice) => {
    const [regular, bold] = await fonts;
    const { issuedAt: CreationDate, number, supply } = invoice;
    const info = { Title: number, Author: supply.supplier.name, CreationDate, ModDate: CreationDate };
    // Without a font of its own: the standard ones have no rupee sign and write garbage for it.
    const page = { size: 'A4', margin, font: '', bufferPages: true };
    const pdf = new PDFDocument({ ...page, info, lang: 'en-IN', displayTitle: true });
    pdf.registerFont('regular', regular).registerFont('bold', bold);
    const bytes = collect(pdf);
    draw(pdf, invoice);
    pdf.end();
    return bytes;
  };
}

function collect(pdf: Pdf): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  pdf.on('end', () => resolve(Buffer.concat(chunks)));
  pdf.on('error', reject);
  return promise;
}

const titles: Readonly<Record<InvoiceKind, string>> = {
  tax_invoice: 'Tax invoice',
  receipt_voucher: 'Receipt voucher',
};

function draw(pdf: Pdf, invoice: Invoice): void {
  const { supply } = invoice;
  let y = header(pdf, invoice);
  y = parties(pdf, invoice, y + 18);
  y = lineTable(pdf, invoice, y + 20);
  y = totals(pdf, invoice, startOf(pdf, y + 10, 150));
  notes(pdf, invoice, startOf(pdf, y + 18, 90));
  footers(pdf, `${supply.supplier.name} · ${invoice.number}`);
}

function header(pdf: Pdf, { kind, number, issuedAt, supply }: Invoice): number {
  text(pdf, titles[kind], { x: margin, y: margin, width: width / 2, size: 20, font: 'bold' });
  const facts = [
    [kind === 'tax_invoice' ? 'Invoice number' : 'Voucher number', number],
    ['Date', documentDate(issuedAt)],
    ['Place of supply', placeLabel(supply.placeOfSupply)],
    ['Reverse charge', 'No'],
  ] as const;
  let y = margin + 2;
  for (const [name, value] of facts) {
    text(pdf, name, { x: margin + width / 2 + 12, y, width: 100, colour: faint });
    text(pdf, value, { x: margin + width - 150, y, width: 150, align: 'right', font: 'bold' });
    y += 15;
  }
  line(pdf, y + 6);
  return y + 6;
}

function parties(pdf: Pdf, { supply: { supplier, recipient, placeOfSupply } }: Invoice, y: number): number {
  const half = width / 2 - 12;
  const left = party(pdf, { title: 'Supplier', at: { x: margin, y, width: half }, party: supplier });
  const state = `State: ${placeLabel(placeOfSupply)}`;
  const at = { x: margin + width / 2 + 12, y, width: half };
  return Math.max(left, party(pdf, { title: 'Recipient', at, party: recipient, state }));
}

type Block = { title: string; at: { x: number; y: number; width: number }; party: Party; state?: string };

function party(pdf: Pdf, { title, at, party: { name, address, gstin }, state }: Block): number {
  text(pdf, title.toUpperCase(), { ...at, size: 7.5, colour: faint, font: 'bold' });
  let y = text(pdf, name, { ...at, y: at.y + 12, size: 11, font: 'bold' });
  y = text(pdf, address, { ...at, y: y + 1 });
  if (state !== undefined) y = text(pdf, state, { ...at, y });
  return text(pdf, gstin === '' ? 'GSTIN: unregistered' : `GSTIN: ${gstin}`, { ...at, y: y + 1, font: 'bold' });
}

const columns = [
  { title: '#', width: 20, align: 'left' },
  { title: 'Description', width: 176, align: 'left' },
  { title: 'SAC', width: 48, align: 'left' },
  { title: 'Quantity', width: 58, align: 'right' },
  { title: 'Rate (₹)', width: 62, align: 'right' },
  { title: 'Discount (₹)', width: 65, align: 'right' },
  { title: 'Taxable value (₹)', width: 82.28, align: 'right' },
] as const;

function lineTable(pdf: Pdf, { lines }: Invoice, top: number): number {
  const titles = columns.map(({ title }) => title);
  let y = row(pdf, titles, { y: top, font: 'bold', fill: shade });
  for (const [at, { description, sac, quantity, rate, discount, taxable }] of lines.entries()) {
    const cells = [
      String(at + 1),
      description,
      sac,
      grouped(quantity),
      rupeesOf(rate),
      plain(discount),
      plain(taxable),
    ];
    const height = rowHeight(pdf, cells);
    if (y + height > bottom) y = row(pdf, titles, { y: newPage(pdf), font: 'bold', fill: shade });
    y = row(pdf, cells, { y });
    line(pdf, y);
  }
  return y;
}

type RowStyle = { y: number; font?: 'regular' | 'bold'; fill?: string };

function row(pdf: Pdf, cells: readonly string[], { y, font = 'regular', fill }: RowStyle): number {
  const height = rowHeight(pdf, cells);
  if (fill !== undefined) pdf.rect(margin, y, width, height).fill(fill);
  let x = margin;
  for (const [at, column] of columns.entries()) {
    text(pdf, cells[at] ?? '', { x: x + 4, y: y + 5, width: column.width - 8, align: column.align, size: 8.5, font });
    x += column.width;
  }
  return y + height;
}

function rowHeight(pdf: Pdf, cells: readonly string[]): number {
  pdf.font('bold').fontSize(8.5);
  const heights = columns.map(({ width }, at) => pdf.heightOfString(cells[at] ?? '', { width: width - 8, lineGap: 0 }));
  return Math.max(...heights) + 10;
}

function totals(pdf: Pdf, invoice: Invoice, top: number): number {
  const { discount, taxable, roundOff, total } = invoice;
  const rows: readonly (readonly [string, Paise])[] = [
    ...(discount === 0 ? [] : [['Value before discount', paise(taxable + discount)] as const]),
    ...(discount === 0 ? [] : [['Promotional credit', paise(0 - discount)] as const]),
    ['Taxable value', taxable],
    ...taxRows(invoice).map(({ name, rate, amount }) => [`${name} at ${rate}`, amount] as const),
    ...(roundOff === 0 ? [] : [['Round off', roundOff] as const]),
  ];
  const x = margin + width - 240;
  let y = top;
  for (const [name, amount] of rows) {
    text(pdf, name, { x, y, width: 140, colour: faint });
    text(pdf, formatRupees(amount), { x: x + 130, y, width: 106, align: 'right' });
    y += 15;
  }
  pdf.rect(x - 8, y + 2, 248, 24).fill(shade);
  text(pdf, invoice.kind === 'tax_invoice' ? 'Total' : 'Advance received', {
    x,
    y: y + 7,
    width: 120,
    size: 11,
    font: 'bold',
  });
  text(pdf, formatRupees(total), { x: x + 110, y: y + 7, width: 126, align: 'right', size: 11, font: 'bold' });
  const words = text(pdf, rupeesInWords(total), { x: margin, y: top + 12, width: width - 270, font: 'bold' });
  text(pdf, 'Total in words', { x: margin, y: top, width: 200, size: 7.5, colour: faint });
  return Math.max(words, y + 30);
}

function notes(pdf: Pdf, invoice: Invoice, y: number): void {
  const tax = totalTax(invoice.taxes);
  const sentences = {
    tax_invoice: [
      'Paid in full from the advance in your wallet; nothing is due.',
      `The tax of ${formatRupees(tax)} on this supply was accounted for when the advance was received.`,
    ],
    receipt_voucher: [
      'Received in advance for services to be supplied; a tax invoice follows each supply.',
      `The amount includes tax of ${formatRupees(tax)}.`,
    ],
  }[invoice.kind];
  const reference = `Reference: ${invoice.source}`;
  const signed = 'This is a computer generated document and needs no signature.';
  text(pdf, [...sentences, reference, signed].join('\n'), { x: margin, y, width, size: 8, colour: faint });
}

function footers(pdf: Pdf, about: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    pdf.switchToPage(page);
    pdf.page.margins.bottom = 0; // or writing below the margin would begin another page
    line(pdf, bottom + 16);
    const y = bottom + 22;
    text(pdf, about, { x: margin, y, width: width - 80, size: 7.5, colour: faint });
    const number = `Page ${page - start + 1} of ${count}`;
    text(pdf, number, { x: margin + width - 80, y, width: 80, align: 'right', size: 7.5, colour: faint });
  }
}

type TextStyle = {
  x: number;
  y: number;
  width: number;
  align?: 'left' | 'right';
  size?: number;
  font?: 'regular' | 'bold';
  colour?: string;
};

/** Writes within a box and answers where it ended. */
function text(pdf: Pdf, content: string, style: TextStyle): number {
  const { x, y, width, align = 'left', size = 9, font = 'regular', colour = ink } = style;
  pdf.font(font).fontSize(size).fillColor(colour).text(content, x, y, { width, align });
  return pdf.y;
}

function line(pdf: Pdf, y: number): void {
  pdf
    .moveTo(margin, y)
    .lineTo(margin + width, y)
    .lineWidth(0.5)
    .strokeColor(rule)
    .stroke();
}

/** Where a block of this height begins: here, or on the next page. */
function startOf(pdf: Pdf, y: number, height: number): number {
  return y + height > bottom ? newPage(pdf) : y;
}

function newPage(pdf: Pdf): number {
  pdf.addPage();
  return margin;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "24 Nov 2026", as the calendar in India says. */
function documentDate(instant: Date): string {
  const [year, month, day] = istDay(instant).split('-').map(Number);
  return `${day} ${months[(month ?? 1) - 1]} ${year}`;
}

const plain = (amount: Paise) => formatRupees(amount).replace('₹', '');

const grouped = (quantity: number) => plain(paise(quantity * 100)).replace(/\.00$/, '');

/** A unit rate, with as many of its six decimals as it has, at least two. */
function rupeesOf(rate: number): string {
  const [rupees = '0', decimals = ''] = (rate / 1_000_000).toFixed(6).split('.');
  return `${grouped(Number(rupees))}.${decimals.replace(/0{1,4}$/, '')}`;
}
