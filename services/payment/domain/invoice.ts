import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { type Charge, type MicroRupees, microRupees, type Paise, paise, type TaxAmounts } from '@doffers/money';
import { capturedCharge, type Hold } from './hold.ts';
import { type Service, type Supply, taxContextOf } from './supply.ts';

/**
 * A tax invoice (GST Rule 46), a credit note on one (Rule 53(1A)), the receipt voucher of an advance (Rule 50), or the
 * refund voucher of an advance that went back (Rule 51). A usage statement is no tax document: it tells what credit was
 * spent on whose sale has been invoiced.
 */
export type InvoiceKind = 'tax_invoice' | 'credit_note' | 'receipt_voucher' | 'refund_voucher' | 'usage_statement';

export type InvoiceLine = {
  readonly description: string;
  /** What is sold, in the tax authority's code of services. */
  readonly sac: string;
  readonly quantity: number;
  readonly rate: MicroRupees;
  readonly discount: Paise;
  readonly taxable: Paise;
  readonly taxes: TaxAmounts;
  /** On a credit note: which line of the original it credits, from 1, and how much of its quantity; 0 for an amount. */
  readonly credits?: { readonly line: number; readonly quantity: number };
};

/** The document that a credit note corrects or a refund voucher pays back; they must quote its number and date. */
export type Original = {
  readonly id: string;
  readonly number: string;
  /** The day in India, such as `2026-11-24`. */
  readonly issuedOn: string;
};

/** How the total of a document was paid, or is to be. Without one it was paid from the wallet, like everything else. */
export type Settlement =
  | { readonly by: 'advance'; readonly receipts: readonly Pick<Original, 'number' | 'issuedOn'>[] }
  | { readonly by: 'gateway'; readonly payment: string }
  | { readonly by: 'due'; readonly on: string };

/** A document before it has a number. */
export type InvoiceDraft = {
  readonly kind: InvoiceKind;
  readonly shopId: string;
  /** What it is for, such as the hold's key: one source has one document. */
  readonly source: string;
  readonly supply: Supply;
  readonly lines: readonly InvoiceLine[];
  readonly discount: Paise;
  readonly taxable: Paise;
  readonly taxes: TaxAmounts;
  readonly roundOff: Paise;
  readonly total: Paise;
  readonly original?: Original;
  /** Why it was issued, where the law or a person wants to know. */
  readonly reason?: string;
  readonly settlement?: Settlement;
  /** What was sold, on the document of a sale from the wallet: it can be credited. */
  readonly sold?: Service;
};

/** A document that was issued. Nothing of it changes any more. */
export type Invoice = InvoiceDraft & { readonly id: string; readonly number: string; readonly issuedAt: Date };

/** The stored PDF of a document. */
export type InvoicePdf = { readonly bytes: number; readonly sha256: string };

const none = paise(0);

const prefixes: Readonly<Record<InvoiceKind, string>> = {
  tax_invoice: 'DOF',
  credit_note: 'DCN',
  receipt_voucher: 'DRV',
  refund_voucher: 'DRF',
  usage_statement: 'DUS',
};

/** `DOF/2627/000001`: at most the 16 characters that the tax portal takes. */
export function invoiceNumber(kind: InvoiceKind, financialYear: string, serial: number): string {
  return `${prefixes[kind]}/${financialYear}/${String(serial).padStart(6, '0')}`;
}

/**
 * The invoice of a closed hold, made of the very charge that was captured: its total is the captured cash, so nothing
 * is rounded off. Undefined when no cash was captured, since there is nothing to invoice.
 *
 * @throws DomainError `HOLD_OPEN`
 */
export function holdInvoice(hold: Hold): InvoiceDraft | undefined {
  if (hold.state === 'open') {
    throw new DomainError('failed_precondition', 'HOLD_OPEN', 'a hold is invoiced once it is closed');
  }
  if (hold.captured.cash === 0 || hold.state === 'reversed') return undefined;
  const { lines, discount, taxable, taxes, total } = capturedCharge(hold);
  const { key: source, shopId, supply } = hold;
  const delivered = lines.flatMap(({ line, quantity, rate, discount, taxable, taxes }) => {
    const description = hold.lines.find((held) => held.line === line)?.description ?? line;
    const sac = supply.sac ?? '998365';
    return quantity === 0 ? [] : [{ description, sac, quantity, rate, discount, taxable, taxes }];
  });
  const amounts = { discount, taxable, taxes, roundOff: none, total };
  const about = { kind: saleKind(supply), sold: 'campaign', shopId, source, supply } as const;
  return { ...about, lines: [...delivered, ...includedLines(hold)], ...amounts };
}

/** What a pack or plan has paid already: shown, so that the quantities are those delivered, at no price. */
function includedLines({ lines, supply }: Hold): InvoiceLine[] {
  return lines.flatMap(({ description, included, captured }) => {
    const quantity = Math.min(included, captured);
    const free = { rate: microRupees(0), discount: none, taxable: none, taxes: { cgst: none, sgst: none, igst: none } };
    const about = { description: `${description}, included in your pack or plan`, sac: supply.sac ?? '998365' };
    return quantity === 0 ? [] : [{ ...about, quantity, ...free }];
  });
}

/** "Other on-line contents": what packs and plans are. */
const onlineContent = '998439';

/** The document of something that is sold at one price, such as a pack. */
export function saleDraft(
  sale: Pick<InvoiceDraft, 'shopId' | 'source' | 'supply'> & { readonly sold: Service; readonly description: string },
  { lines, discount, taxable, taxes, total }: Charge,
): InvoiceDraft {
  const { sold: service, shopId, source, supply, description } = sale;
  const sac = supply.sac ?? onlineContent;
  const sold = lines.map(({ line: _key, amount: _before, ...charged }) => ({ ...charged, description, sac }));
  const amounts = { discount, taxable, taxes, roundOff: none, total };
  return { kind: saleKind(supply), sold: service, shopId, source, supply, lines: sold, ...amounts };
}

/** What documents a sale: credit that was taxed when it was bought is not taxed again. */
function saleKind({ taxedAtTopup = false }: Supply): 'tax_invoice' | 'usage_statement' {
  return taxedAtTopup ? 'usage_statement' : 'tax_invoice';
}

/** What taxes a document shows, by the names that are due at its place of supply. */
export function taxRows(draft: Pick<InvoiceDraft, 'supply' | 'taxes'>) {
  const { supply, stateTax, rateBasisPoints } = taxContextOf(draft.supply);
  if (draft.supply.taxedAtTopup === true) return [];
  const percent = (basisPoints: number) => `${basisPoints / 100} %`;
  if (supply === 'inter-state') {
    return [{ name: 'IGST', rate: percent(rateBasisPoints), amount: draft.taxes.igst }] as const;
  }
  const half = percent(rateBasisPoints / 2);
  return [
    { name: 'CGST', rate: half, amount: draft.taxes.cgst },
    { name: stateTax, rate: half, amount: draft.taxes.sgst },
  ] as const;
}

/** How a later document quotes this one. */
export function quoted({ id, number, issuedAt }: Invoice): Original {
  return { id, number, issuedOn: istDay(issuedAt) };
}

export function invoiceNotFound(): DomainError {
  return new DomainError('not_found', 'INVOICE_NOT_FOUND', 'there is no such invoice');
}
