import { formatRupees, type Paise, paise, rupeesInWords, totalTax } from '@doffers/money';
import type { EInvoice } from '../../domain/e-invoice.ts';
import { type Invoice, type InvoiceKind, taxRows } from '../../domain/invoice.ts';
import { placeLabel } from '../../domain/place-of-supply.ts';
import { type Fact, letterhead, recipientAndFacts, totalsBox } from './blocks.ts';
import { dateText, dayText, grouped, plain, rateText } from './figures.ts';
import { faint, margin, type Pdf, shade, startOf, text, width } from './page.ts';
import { qr } from './qr.ts';
import { sacSummary } from './sac-summary.ts';
import { type Column, table } from './table.ts';

/** What is printed beside the document itself. */
export type Extras = {
  readonly eInvoice?: EInvoice | undefined;
  /** The address that an unpaid document is paid to by UPI; empty when there is none. */
  readonly upiId: string;
};

type Wording = { readonly title: string; readonly number: string; readonly total: string; readonly copy?: string };

const original = 'ORIGINAL FOR RECIPIENT';
const wordings: Readonly<Record<InvoiceKind, Wording>> = {
  tax_invoice: { title: 'TAX INVOICE', number: 'Invoice number', total: 'Total', copy: original },
  credit_note: { title: 'CREDIT NOTE', number: 'Credit note number', total: 'Amount credited', copy: original },
  receipt_voucher: { title: 'RECEIPT VOUCHER', number: 'Voucher number', total: 'Advance received', copy: original },
  usage_statement: { title: 'USAGE STATEMENT', number: 'Statement number', total: 'Paid from ad credits' },
  refund_voucher: { title: 'REFUND VOUCHER', number: 'Voucher number', total: 'Amount refunded', copy: original },
};

/** Draws a GST document: what Rules 46, 50, 51 and 53 want to see, in the order in which an accountant looks for it. */
export function drawTaxDocument(pdf: Pdf, invoice: Invoice, extras: Extras): void {
  const { supply, kind } = invoice;
  const { title, copy } = wordings[kind];
  let y = letterhead(pdf, { supplier: supply.supplier, title, ...(copy !== undefined && { copy }) });
  y = recipientAndFacts(
    pdf,
    {
      title: kind === 'tax_invoice' ? 'Billed to' : 'Recipient',
      recipient: supply.recipient,
      placeOfSupply: supply.placeOfSupply,
      facts: factsOf(invoice),
    },
    y + 12,
  );
  if (extras.eInvoice !== undefined) y = eInvoiceBlock(pdf, extras.eInvoice, y + 10);
  y = table(pdf, lineColumns(invoice), lineRows(invoice), y + 14);
  y = totals(pdf, invoice, startOf(pdf, y + 10, 130));
  y = sacSummary(pdf, invoice, y + 12);
  closing(pdf, invoice, extras, y + 12);
}

function factsOf(invoice: Invoice): readonly Fact[] {
  const { kind, number, issuedAt, supply, original, settlement } = invoice;
  const originalNumber = kind === 'credit_note' ? 'Original invoice' : 'Receipt voucher';
  return [
    [wordings[kind].number, number],
    ['Date', dateText(issuedAt)],
    ...(original === undefined
      ? []
      : ([
          [originalNumber, original.number],
          [`${originalNumber} date`, dayText(original.issuedOn)],
        ] as const)),
    ['Place of supply', placeLabel(supply.placeOfSupply)],
    ['Reverse charge', 'No'],
    ...(settlement?.by === 'due' ? ([['Due date', dayText(settlement.on)]] as const) : []),
  ];
}

function lineColumns(invoice: Invoice): readonly Column[] {
  return [
    { title: '#', width: 18, align: 'left' },
    { title: 'Description of service', width: 168, align: 'left' },
    { title: 'SAC', width: 44, align: 'left' },
    { title: 'Quantity', width: 52, align: 'right' },
    { title: 'Rate (₹)', width: 58, align: 'right' },
    ...(invoice.discount === 0 ? [] : ([{ title: 'Discount (₹)', width: 60, align: 'right' }] as const)),
    { title: 'Taxable (₹)', width: 66, align: 'right' },
    { title: 'Tax (₹)', width: 58, align: 'right' },
  ];
}

function lineRows(invoice: Invoice) {
  return invoice.lines.map(({ description, sac, quantity, rate, discount, taxable, taxes }, at) => ({
    cells: [
      String(at + 1),
      description,
      sac,
      grouped(quantity),
      rateText(rate),
      ...(invoice.discount === 0 ? [] : [plain(discount)]),
      plain(taxable),
      plain(totalTax(taxes)),
    ],
  }));
}

function totals(pdf: Pdf, invoice: Invoice, top: number): number {
  const { discount, taxable, roundOff, total, kind } = invoice;
  const rows: readonly (readonly [string, Paise])[] = [
    ...(discount === 0 ? [] : [['Value before discount', paise(taxable + discount)] as const]),
    ...(discount === 0 ? [] : [['Promotional credit', paise(0 - discount)] as const]),
    ['Taxable value', taxable],
    ...taxRows(invoice).map(({ name, rate, amount }) => [`${name} at ${rate}`, amount] as const),
    ...(roundOff === 0 ? [] : [['Round off', roundOff] as const]),
  ];
  const amounts = rows.map(([name, amount]) => [name, formatRupees(amount)] as const);
  const end = totalsBox(pdf, amounts, [wordings[kind].total, formatRupees(total)], top);
  text(pdf, 'AMOUNT IN WORDS', { x: margin, y: top, width: 200, size: 7, colour: faint, font: 'bold' });
  const words = text(pdf, rupeesInWords(total), { x: margin, y: top + 11, width: width - 276, font: 'bold' });
  return Math.max(words, end);
}

/** What the portal gave, across the page: where whoever books the invoice looks for it first. */
function eInvoiceBlock(pdf: Pdf, { irn, acknowledgement, acknowledgedAt }: EInvoice, top: number): number {
  const [day = '', time = ''] = acknowledgedAt.split(' ');
  pdf.rect(margin, top, width, 33).fill(shade);
  const fact = (name: string, value: string, y: number) => {
    text(pdf, name, { x: margin + 8, y, width: 100, size: 7.5, colour: faint });
    text(pdf, value, { x: margin + 108, y, width: width - 116, size: 7.5, font: 'bold' });
  };
  fact('IRN', irn, top + 5.5);
  fact('Acknowledgement', `No. ${acknowledgement} of ${dayText(day)}, ${time}`, top + 17.5);
  return top + 33;
}

/** What is left to say: how it is paid, why it was issued, and the codes to scan. */
function closing(pdf: Pdf, invoice: Invoice, { eInvoice, upiId }: Extras, top: number): void {
  const code = codeOf(invoice, eInvoice, upiId);
  const y = startOf(pdf, top, code === undefined ? 70 : code.size + 36);
  if (code !== undefined) qr(pdf, code.content, { ...code, x: margin + width - code.size - 10, y });
  const sentences = [
    ...sentencesOf(invoice),
    `Reference: ${invoice.source}`,
    'This is a computer generated document and needs no signature.',
  ];
  text(pdf, sentences.join('\n'), { x: margin, y, width: width - 180, size: 7.5, colour: faint });
}

function codeOf(invoice: Invoice, eInvoice: EInvoice | undefined, upiId: string) {
  // Two inches, as the portal advises: a signature is a lot to read.
  if (eInvoice !== undefined)
    return { content: eInvoice.signedQr, caption: 'Signed QR code of the e-invoice', size: 144 };
  if (invoice.settlement?.by !== 'due' || upiId === '') return undefined;
  const query = new URLSearchParams({
    pa: upiId,
    pn: invoice.supply.supplier.name,
    am: (invoice.total / 100).toFixed(2),
    cu: 'INR',
    tr: invoice.number.replaceAll('/', '-'),
  });
  return { content: `upi://pay?${query.toString().replaceAll('+', '%20')}`, caption: 'Scan to pay by UPI', size: 96 };
}

function sentencesOf(invoice: Invoice): readonly string[] {
  const { settlement, original } = invoice;
  const quote = original === undefined ? '' : `${original.number} of ${dayText(original.issuedOn)}`;
  switch (invoice.kind) {
    case 'credit_note':
      return [
        `Credit note under section 34 of the CGST Act on tax invoice ${quote}.`,
        `Reason: ${invoice.reason ?? ''}`,
        'The amount is back in your wallet.',
      ];
    case 'receipt_voucher':
      return [
        'Received in advance for services to be supplied; a tax invoice follows each supply.',
        `The amount includes tax of ${formatRupees(totalTax(invoice.taxes))}.`,
      ];
    case 'refund_voucher':
      return [`Pays back an advance for which receipt voucher ${quote} was issued; no supply was made against it.`];
    case 'usage_statement':
      return [
        'This is no tax invoice: it shows what ad credits were spent on, whose purchase was invoiced with its tax.',
        ...(original === undefined ? [] : [`Corrects ${quote}: ${invoice.reason ?? ''}. The credits are back.`]),
      ];
    case 'tax_invoice':
      if (settlement?.by === 'due') return [`Please pay by ${dayText(settlement.on)}.`];
      if (settlement?.by === 'gateway') return [`Paid in full: payment ${settlement.payment}. Nothing is due.`];
      return [paidFromAdvance(settlement?.receipts ?? [])];
  }
}

function paidFromAdvance(receipts: readonly { readonly number: string; readonly issuedOn: string }[]): string {
  const quotes = receipts.map(({ number, issuedOn }) => `${number} of ${dayText(issuedOn)}`);
  const from = quotes.length === 0 ? '' : `, receipt voucher ${quotes.join(', ')}`;
  return `Paid from advance${from}. Nothing is due; the tax was accounted for when the advance was received.`;
}
