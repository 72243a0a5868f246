import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import {
  amountOf,
  type Credit,
  creditLine,
  microRupees,
  noCredit,
  type Paise,
  paise,
  sumPaise,
  type TaxAmounts,
  totalTax,
} from '@doffers/money';
import { type Invoice, type InvoiceDraft, type InvoiceLine, quoted } from './invoice.ts';
import { credit, debit, type Journal, journal } from './ledger.ts';
import { earn } from './revenue.ts';
import { taxContextOf } from './supply.ts';

/** What to give back: of one line (from 1) so many units, or so much of its value before tax. */
export type LineCredit = { readonly line: number } & ({ readonly quantity: number } | { readonly taxable: Paise });

/** What an admin asks for; one `requestId` is one credit note. */
export type CreditRequest = {
  readonly invoiceId: string;
  readonly requestId: string;
  readonly reason: string;
  /** Lines; or a value before tax, taken from the lines in their order; or everything that is left. */
  readonly credit: readonly LineCredit[] | { readonly taxable: Paise } | 'everything';
};

/** Where a line of an invoice stands after some credit notes. */
type LineState = { readonly invoiced: InvoiceLine; readonly credited: Credit; readonly quantity: number };

/** One credit note for one request. */
export function creditSource({ invoiceId, requestId }: Pick<CreditRequest, 'invoiceId' | 'requestId'>): string {
  return `credit/${invoiceId}/${requestId}`;
}

/**
 * The next credit note on an invoice that has `notes` already. Its taxes are cumulative by line, so that all notes
 * together can reach the invoice to the paisa and never exceed it. The wallet gets cash back: promotional credit was a
 * discount, and a discount is not paid out.
 *
 * @throws DomainError `NOT_CREDITABLE`, `CREDIT_NOTE_TOO_LATE`, `INVOICE_LINE_UNKNOWN`, `EXCEEDS_INVOICE`
 */
export function creditNote(
  original: Invoice,
  notes: readonly Invoice[],
  request: CreditRequest,
  now: Date,
): InvoiceDraft {
  if (!isCreditable(original)) throw notCreditable();
  if (istDay(now) > lastDayOfCredit(original)) throw tooLate(lastDayOfCredit(original));
  const states = original.lines.map((invoiced, at) => stateOf(invoiced, at + 1, notes));
  const lines = wantedOf(request.credit, states).map((wanted) => creditedLine(original, states, wanted));
  const taxes = sumTaxes(lines);
  const taxable = sumPaise(lines.map((line) => line.taxable));
  return {
    // What was not taxed by this document is not credited by one that is.
    kind: original.kind === 'tax_invoice' ? 'credit_note' : 'usage_statement',
    shopId: original.shopId,
    source: creditSource(request),
    supply: original.supply,
    lines,
    discount: paise(0),
    taxable,
    taxes,
    roundOff: paise(0),
    total: paise(taxable + totalTax(taxes)),
    original: quoted(original),
    reason: request.reason,
  };
}

/**
 * What a credit note moves: revenue back into the wallet, where it is an advance again. The tax stays owed with that
 * advance, whether the invoice was paid from the wallet or at the gateway, so ADVANCE_TAX takes it over.
 */
export function creditJournal(note: Invoice, original: Invoice): Journal {
  if (original.sold === undefined) throw notCreditable();
  return journal({ key: `credit-note/${note.id}`, kind: 'credit_note', reference: note.source }, [
    earn(paise(0 - note.taxable), { sold: original.sold, state: original.supply.placeOfSupply }),
    debit({ code: 'ADVANCE_TAX' }, totalTax(note.taxes)),
    credit({ code: 'WALLET_CASH', shopId: note.shopId }, note.total),
  ]);
}

/** Sales; but ad credits that were bought are paid back by a refund, and what is a correction itself is not corrected. */
function isCreditable({ sold, original }: Invoice): boolean {
  return sold !== undefined && original === undefined;
}

function stateOf(invoiced: InvoiceLine, line: number, notes: readonly Invoice[]): LineState {
  const before = notes.flatMap((note) => note.lines).filter(({ credits }) => credits?.line === line);
  return {
    invoiced,
    credited: { taxable: sumPaise(before.map(({ taxable }) => taxable)), taxes: sumTaxes(before) },
    quantity: before.reduce((sum, { credits }) => sum + (credits?.quantity ?? 0), 0),
  };
}

function wantedOf(asked: CreditRequest['credit'], states: readonly LineState[]): readonly LineCredit[] {
  if (Array.isArray(asked)) return asked;
  let left = asked === 'everything' ? Number.MAX_SAFE_INTEGER : (asked as { taxable: Paise }).taxable;
  const wanted = states.flatMap(({ invoiced, credited }, at) => {
    const taxable = paise(Math.min(left, invoiced.taxable - credited.taxable));
    left -= taxable;
    return taxable === 0 ? [] : [{ line: at + 1, taxable }];
  });
  if (wanted.length === 0 || (asked !== 'everything' && left > 0)) throw exceedsInvoice(states);
  return wanted;
}

function creditedLine(original: Invoice, states: readonly LineState[], wanted: LineCredit): InvoiceLine {
  const state = states[wanted.line - 1];
  if (state === undefined) throw lineUnknown(wanted.line);
  const { invoiced, credited } = state;
  const quantity = 'quantity' in wanted ? wanted.quantity : 0;
  const taxable = 'quantity' in wanted ? valueOf(state, quantity) : wanted.taxable;
  if (taxable <= 0 || credited.taxable + taxable > invoiced.taxable) throw exceedsInvoice(states);
  const { note } = creditLine(invoiced, credited, taxable, taxContextOf(original.supply));
  // Credited by value, or of a line that had a discount: one unit of just that value.
  const asOne = quantity === 0 || invoiced.discount > 0;
  const share = asOne && quantity > 0 ? `, ${quantity} of ${invoiced.quantity} after their discount` : '';
  return {
    description: `${invoiced.description}${share}`,
    sac: invoiced.sac,
    quantity: asOne ? 1 : quantity,
    rate: asOne ? microRupees(taxable * 10_000) : invoiced.rate,
    discount: paise(0),
    taxable,
    taxes: note.taxes,
    credits: { line: wanted.line, quantity },
  };
}

/**
 * What so many units of a line were worth after their share of the discount. Priced cumulatively, and the last unit
 * takes what is left, so the order and size of the notes make no difference to their sum.
 */
function valueOf({ invoiced, credited, quantity: before }: LineState, quantity: number): Paise {
  const cumulative = before + quantity;
  if (cumulative > invoiced.quantity) return paise(invoiced.taxable + 1);
  if (cumulative === invoiced.quantity) return paise(invoiced.taxable - credited.taxable);
  const value = (units: number) => {
    const discount = (BigInt(invoiced.discount) * BigInt(units)) / BigInt(invoiced.quantity);
    return amountOf(units, invoiced.rate) - Number(discount);
  };
  return paise(value(cumulative) - value(before));
}

function sumTaxes(lines: readonly { readonly taxes: TaxAmounts }[]): TaxAmounts {
  const sumOf = (tax: keyof TaxAmounts) => sumPaise(lines.map(({ taxes }) => taxes[tax]));
  return lines.length === 0 ? noCredit.taxes : { cgst: sumOf('cgst'), sgst: sumOf('sgst'), igst: sumOf('igst') };
}

/** 30 November after the financial year of the supply (CGST Act, section 34(2)). */
function lastDayOfCredit({ issuedAt }: Invoice): string {
  const [year = 0, month = 1] = istDay(issuedAt).split('-').map(Number);
  return `${month >= 4 ? year + 1 : year}-11-30`;
}

function notCreditable(): DomainError {
  const message = 'only a tax invoice is corrected by a credit note; an advance is paid back by a refund';
  return new DomainError('failed_precondition', 'NOT_CREDITABLE', message);
}

function tooLate(lastDay: string): DomainError {
  const message = `a credit note on this invoice could be issued until ${lastDay}`;
  return new DomainError('failed_precondition', 'CREDIT_NOTE_TOO_LATE', message, { info: { lastDay } });
}

function lineUnknown(line: number): DomainError {
  return new DomainError('invalid_argument', 'INVOICE_LINE_UNKNOWN', `the invoice has no line ${line}`);
}

function exceedsInvoice(states: readonly LineState[]): DomainError {
  const left = sumPaise(states.map(({ invoiced, credited }) => paise(invoiced.taxable - credited.taxable)));
  const message = 'the credit notes would exceed the invoice: credit at most what is left of each line';
  return new DomainError('failed_precondition', 'EXCEEDS_INVOICE', message, { info: { taxablePaiseLeft: `${left}` } });
}
