import { istDay, istDayRange } from '@doffers/calendar';
import { paise, sumPaise, type TaxAmounts } from '@doffers/money';
import type { Hold } from './hold.ts';
import { holdInvoice, type InvoiceDraft } from './invoice.ts';

/** What a shop wishes for its invoices. */
export type InvoiceSettings = {
  readonly shopId: string;
  /** Campaigns are invoiced together at the end of the month, not one by one. */
  readonly monthly: boolean;
};

/** A hold that waits for the invoice of its month. */
export type WaitingHold = { readonly hold: Hold; readonly closedAt: Date };

const lastHalfHourMs = 30 * 60_000;
/** With a few lines each, an invoice stays below the thousand that the portal takes. */
const holdsPerInvoice = 150;

/**
 * Until when a hold must have been closed to be invoiced now. Invoices of a month are issued in its last half hour in
 * India, so that they bear its date and, on 31 March, the number of their financial year; what closes after that, or was
 * missed, is invoiced as soon as the month is over. That keeps within the 30 days of Rule 47.
 */
export function dueBefore(now: Date): Date {
  const today = istDay(now);
  const { end } = istDayRange(today);
  const isLastDay = istDay(end).slice(0, 7) !== today.slice(0, 7);
  const isTime = isLastDay && end.getTime() - now.getTime() <= lastHalfHourMs;
  return isTime ? now : istDayRange(`${today.slice(0, 7)}-01`).start;
}

/**
 * The invoices of the campaigns of one shop: one, unless the shop's name, number, place or rate changed between them.
 * Each is the sum of what the campaigns' own invoices would have been: to the paisa what was captured.
 */
export function monthlyInvoices(
  waiting: readonly WaitingHold[],
): { draft: InvoiceDraft; holdIds: readonly string[] }[] {
  const bySupply = Map.groupBy(waiting, ({ hold }) => JSON.stringify(hold.supply));
  return [...bySupply.values()].flatMap(chunks).flatMap((group) => {
    const drafts = group.flatMap(({ hold, closedAt }) => {
      const draft = holdInvoice(hold);
      return draft === undefined ? [] : [{ draft: dated(draft, closedAt), holdId: hold.id }];
    });
    const [first] = drafts;
    if (first === undefined) return [];
    const holdIds = drafts.map(({ holdId }) => holdId);
    return [
      {
        draft: sum(
          `campaigns/${first.holdId}`,
          drafts.map(({ draft }) => draft),
          first.draft,
        ),
        holdIds,
      },
    ];
  });
}

function sum(
  source: string,
  drafts: readonly InvoiceDraft[],
  { kind, sold, shopId, supply }: InvoiceDraft,
): InvoiceDraft {
  const sumOf = (amount: (draft: InvoiceDraft) => number) => sumPaise(drafts.map((draft) => paise(amount(draft))));
  const taxOf = (part: keyof TaxAmounts) => sumOf(({ taxes }) => taxes[part]);
  return {
    kind,
    ...(sold && { sold }),
    shopId,
    source,
    supply,
    lines: drafts.flatMap(({ lines }) => lines),
    discount: sumOf(({ discount }) => discount),
    taxable: sumOf(({ taxable }) => taxable),
    taxes: { cgst: taxOf('cgst'), sgst: taxOf('sgst'), igst: taxOf('igst') },
    roundOff: paise(0),
    total: sumOf(({ total }) => total),
  };
}

/** Which campaign a line is of: the day on which it was settled, as invoices write days. */
function dated(draft: InvoiceDraft, closedAt: Date): InvoiceDraft {
  const day = istDay(closedAt).split('-').toReversed().join('-');
  const lines = draft.lines.map((line) => ({ ...line, description: `Campaign of ${day}: ${line.description}` }));
  return { ...draft, lines };
}

function chunks(group: readonly WaitingHold[]): (readonly WaitingHold[])[] {
  const count = Math.ceil(group.length / holdsPerInvoice);
  return Array.from({ length: count }, (_, n) => group.slice(n * holdsPerInvoice, (n + 1) * holdsPerInvoice));
}
