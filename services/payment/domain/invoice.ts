import { DomainError } from '@doffers/errors';
import { type MicroRupees, microRupees, type Paise, paise, splitInclusive, type TaxAmounts } from '@doffers/money';
import { capturedCharge, type Hold } from './hold.ts';
import { type Supply, taxContextOf } from './supply.ts';
import type { Topup } from './topup.ts';

/** A tax invoice (GST Rule 46), or the receipt voucher of an advance (Rule 50). */
export type InvoiceKind = 'tax_invoice' | 'receipt_voucher';

export type InvoiceLine = {
  readonly description: string;
  /** What is sold, in the tax authority's code of services. */
  readonly sac: string;
  readonly quantity: number;
  readonly rate: MicroRupees;
  readonly discount: Paise;
  readonly taxable: Paise;
  readonly taxes: TaxAmounts;
};

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
};

/** A document that was issued. Nothing of it changes any more. */
export type Invoice = InvoiceDraft & { readonly id: string; readonly number: string; readonly issuedAt: Date };

/** The stored PDF of a document. */
export type InvoicePdf = { readonly bytes: number; readonly sha256: string };

/** Sale of Internet advertising space. */
const advertising = '998365';
const none = paise(0);

const prefixes: Readonly<Record<InvoiceKind, string>> = { tax_invoice: 'DOF', receipt_voucher: 'DRV' };

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
    return quantity === 0 ? [] : [{ description, sac: advertising, quantity, rate, discount, taxable, taxes }];
  });
  const amounts = { discount, taxable, taxes, roundOff: none, total };
  return { kind: 'tax_invoice', shopId, source, supply, lines: [...delivered, ...includedLines(hold)], ...amounts };
}

/** What a pack or plan has paid already: shown, so that the quantities are those delivered, at no price. */
function includedLines({ lines }: Hold): InvoiceLine[] {
  return lines.flatMap(({ description, included, captured }) => {
    const quantity = Math.min(included, captured);
    const free = { rate: microRupees(0), discount: none, taxable: none, taxes: { cgst: none, sgst: none, igst: none } };
    const about = { description: `${description}, included in your pack or plan`, sac: advertising };
    return quantity === 0 ? [] : [{ ...about, quantity, ...free }];
  });
}

/** The receipt voucher of a credited top-up: the tax is inside the amount, as the ledger has booked it. */
export function topupVoucher(topup: Topup, supply: Supply): InvoiceDraft {
  const { taxable, ...taxes } = splitInclusive(topup.amount, taxContextOf(supply));
  const amounts = { discount: none, taxable, taxes };
  const rate = microRupees(taxable * 10_000);
  const line = { description: 'Advance for advertising services', sac: advertising, quantity: 1, rate, ...amounts };
  const { id, shopId, amount: total } = topup;
  const source = `topup/${id}`;
  return { kind: 'receipt_voucher', shopId, source, supply, lines: [line], ...amounts, roundOff: none, total };
}

/** What taxes a document shows, by the names that are due at its place of supply. */
export function taxRows(draft: Pick<InvoiceDraft, 'supply' | 'taxes'>) {
  const { supply, stateTax, rateBasisPoints } = taxContextOf(draft.supply);
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

export function invoiceNotFound(): DomainError {
  return new DomainError('not_found', 'INVOICE_NOT_FOUND', 'there is no such invoice');
}
