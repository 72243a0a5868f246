import type { CampaignBooks } from './books.ts';
import type { Channel } from './channel.ts';
import { type ChannelLedger, type DeliveryState, deliveryStates } from './deliveries.ts';
import type { Sent } from './sent.ts';

/** What became of the members of one channel; the states add up to `planned`. */
export type ChannelVerdict = Readonly<Record<DeliveryState, number>> & {
  readonly channel: Channel;
  readonly planned: number;
  readonly billed: number;
};

/** What an audit found. `duplicates`, `lost` and `ledgerImbalancePaise` are the three promises: each must be 0. */
export type Verdict = {
  readonly channels: readonly ChannelVerdict[];
  /** Planned deliveries without a final state, and deliveries that count as sent although nobody received them. */
  readonly lost: number;
  /** WhatsApp messages to one phone beyond the first, push ids on one device and inbox rows beyond the first. */
  readonly duplicates: number;
  /** Drift of the books, and messages that were paid for but not delivered or delivered but not paid for. */
  readonly ledgerImbalancePaise: number;
  /** Sent although the ledger says that they were suppressed, or that they do not exist. */
  readonly unexplained: number;
  /** Members for whom the counters behind progress and settlement differ from the rows. */
  readonly miscounted: number;
  /** Pushes that came twice under one id, which a device shows once: the price of a crash. */
  readonly pushRepeats: number;
  /** A sentence for everything that is not as it should be. */
  readonly problems: readonly string[];
};

type Evidence = {
  readonly ledgers: readonly ChannelLedger[];
  readonly sent: Sent;
  readonly books: CampaignBooks;
};

/** Compares what the platform believes with what the outside world received. Pure: all the reading is done. */
export function judge({ ledgers, sent, books }: Evidence): Verdict {
  const problems: string[] = [];
  const found = (count: number, what: string): number => {
    if (count !== 0) problems.push(`${count} ${what}`);
    return count;
  };
  let [lost, unexplained, miscounted] = [0, 0, 0];
  for (const ledger of ledgers) {
    const { channel, planned, size, inbox, settled } = ledger;
    const states = tally(ledger);
    lost += found(states.none, `${channel} deliveries have no state at all`);
    lost += found(states.retry, `${channel} deliveries still wait to be sent again`);
    lost += found(Math.abs(planned - size), `members of the ${channel} audience differ from what was dispatched`);
    if (!settled) lost += found(states.accepted, `accepted ${channel} deliveries stand in books that are still open`);
    lost +=
      channel === 'in_app'
        ? found(inbox.missing, 'in-app deliveries are in no inbox')
        : found(unsent(ledger, sent), `${channel} deliveries count as sent, but the provider never got them`);
    unexplained += found(strays(ledger, sent), `${channel} messages went out although the ledger says they did not`);
    miscounted += found(miscounts(ledger, states), `${channel} deliveries are counted otherwise than they stand`);
  }
  const inboxCopies = ledgers.reduce((all, { inbox }) => all + inbox.copies, 0);
  const copies = ` (such as ${sent.examples.join(', ')})`;
  const duplicates =
    found(sent.whatsappCopies, `WhatsApp messages went to a phone that had one${copies}`) +
    found(sent.pushCopies, `pushes show twice on a device${copies}`) +
    found(inboxCopies, 'messages are in an inbox twice');
  return {
    channels: ledgers.map((ledger) => {
      const { channel, planned, billed } = ledger;
      return { channel, planned, billed, ...tally(ledger) };
    }),
    lost,
    duplicates,
    ledgerImbalancePaise: imbalanceOf({ ledgers, books, found }),
    unexplained,
    miscounted,
    pushRepeats: sent.pushRepeats,
    problems,
  };
}

function tally({ states }: ChannelLedger): Record<DeliveryState, number> {
  const counts = deliveryStates.map(() => 0);
  for (const code of states) counts[code] = (counts[code] ?? 0) + 1;
  return Object.fromEntries(deliveryStates.map((state, code) => [state, counts[code]])) as Record<
    DeliveryState,
    number
  >;
}

/** Accepted or more, but the provider has never heard of it. */
function unsent({ channel, states }: ChannelLedger, sent: Sent): number {
  let count = 0;
  states.forEach((code, seq) => {
    const state = deliveryStates[code];
    if ((state === 'accepted' || state === 'delivered') && !sent.has(channel, seq)) count += 1;
  });
  return count;
}

/**
 * The provider has it, the ledger says that nothing was sent. A failure may well be in the recorder: it was accepted
 * before it was reported as failed. So may what is unknown: that is what unknown means.
 */
function strays({ channel, states }: ChannelLedger, sent: Sent): number {
  let count = 0;
  for (const seq of sent.numbers(channel)) {
    const state = deliveryStates[states[seq] ?? 0];
    if (state === 'suppressed' || state === 'none') count += 1;
  }
  return count;
}

function miscounts({ counted }: ChannelLedger, states: Readonly<Record<DeliveryState, number>>): number {
  const names = Object.keys(counted) as (keyof typeof counted)[];
  const differences = names.map((name) => Math.abs(counted[name] - states[name]));
  return Math.ceil(differences.reduce((all, difference) => all + difference, 0) / 2);
}

/** Quantities that disagree have no price here, so that each counts as one paisa: never 0. */
function imbalanceOf(parts: {
  readonly ledgers: readonly ChannelLedger[];
  readonly books: CampaignBooks;
  readonly found: (count: number, what: string) => number;
}): number {
  const { ledgers, books, found } = parts;
  const { journals, holds, invoice, discount, wallet, numberGaps } = books.imbalance;
  const billed = ledgers.reduce((all, ledger) => all + ledger.billed, 0);
  return (
    found(journals, 'paise of journals whose debits are not their credits') +
    found(holds, 'held paise were neither captured nor released') +
    found(invoice, 'paise of the invoice differ from the captured cash') +
    found(discount, 'paise of the discount differ from the captured promotional credit') +
    found(wallet, 'paise of the wallet are not in the ledger') +
    found(numberGaps, 'invoice numbers are missing') +
    found(Math.abs(billed - books.capturedQuantity), 'billable deliveries differ from what was captured') +
    found(Math.abs(books.capturedQuantity - books.invoicedQuantity), 'captured deliveries differ from the invoice')
  );
}
