import { capturedCharge, type Hold } from './hold.ts';
import type { Invoice } from './invoice.ts';
import type { Finding } from './reconciliation.ts';

/** What a closed hold is compared with. */
export type HoldFacts = {
  readonly invoice: Pick<Invoice, 'number' | 'total' | 'discount'> | undefined;
  /** Whether a document that is missing is late, or may still be under way. */
  readonly isDocumentDue: boolean;
  /** Billable deliveries by line, of all launches of the campaign; undefined when nothing was ever sent. */
  readonly billable: ReadonlyMap<string, number> | undefined;
  /** Whether the campaign was never launched again: then what is billable is all of this hold. */
  readonly isLast: boolean;
};

/**
 * R3 and R4: everything that was set aside went somewhere, what was captured is the charge of the captured quantities,
 * those are the billable deliveries, and the invoice says the same. What a reversed hold has captured was given back: it
 * has no invoice, and its deliveries are the platform's cost. A credit note changes neither hold nor invoice. Answers
 * undefined when it is too early to tell.
 */
export function holdDisagreements(hold: Hold, facts: HoldFacts): readonly Finding[] | undefined {
  const { amount, captured, released, state, shopId, key: reference } = hold;
  const isReversed = state === 'reversed';
  const isInvoiceWanted = captured.cash > 0 && !isReversed;
  if (isInvoiceWanted && facts.invoice === undefined && !facts.isDocumentDue) return undefined;
  const break_ = (kind: string, details: Finding['details']): Finding => ({ kind, reference, shopId, details });
  const findings: Finding[] = [];

  const isClosed = captured.cash + released.cash === amount.cash && captured.promo + released.promo === amount.promo;
  if (!isClosed) findings.push(break_('hold_unaccounted', { amount, captured, released }));

  const { total, discount } = capturedCharge(hold);
  if (total !== captured.cash || discount !== captured.promo) {
    findings.push(break_('capture_drift', { captured, charge: { cash: total, promo: discount } }));
  }
  if (!isReversed) findings.push(...deliveryDisagreements(hold, facts));

  const billed = { cash: facts.invoice?.total ?? 0, promo: facts.invoice?.discount ?? 0 };
  const wanted = isInvoiceWanted ? captured : { cash: 0, promo: 0 };
  if (billed.cash !== wanted.cash || billed.promo !== wanted.promo) {
    findings.push(break_('invoice_drift', { captured, state, invoice: facts.invoice?.number ?? '', billed }));
  }
  return findings;
}

/** A shop that paid for too much is stopped until it is looked at; what it got for nothing is the platform's cost. */
function deliveryDisagreements(
  { lines, shopId, key: reference }: Hold,
  { billable, isLast }: Pick<HoldFacts, 'billable' | 'isLast'>,
): Finding[] {
  const compared = lines.map(({ line, captured }) => ({ line, captured, billable: billable?.get(line) ?? 0 }));
  const tooMuch = compared.filter(({ captured, billable }) => captured > billable);
  if (tooMuch.length > 0) return [{ kind: 'delivery_drift', reference, shopId, details: { lines: tooMuch } }];
  const tooLittle = isLast ? compared.filter(({ captured, billable }) => captured < billable) : [];
  return tooLittle.length === 0 ? [] : [{ kind: 'delivery_unbilled', reference, details: { lines: tooLittle } }];
}
