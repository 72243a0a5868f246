import { DomainError } from '@doffers/errors';
import { amountOf, type MicroRupees, type Paise } from '@doffers/money';
import { type Campaign, type Channel, channels } from './campaign.ts';

/** How many of a channel's customers are left out for one reason, a name of the user service's gates. */
export type Exclusion = { readonly channel: Channel; readonly reason: string; readonly count: number };

/** What freezing an audience found. */
export type AudienceCounts = {
  /** Distinct customers reached on at least one channel. */
  readonly customers: number;
  readonly sizes: Readonly<Partial<Record<Channel, number>>>;
  readonly exclusions: readonly Exclusion[];
};

/** One channel of a quote, and later a line of hold and invoice. */
export type QuoteLine = {
  readonly channel: Channel;
  readonly size: number;
  readonly rate: MicroRupees;
  /** Messages that the shop's packs or plan included; quotes of before that was told have none. */
  readonly included?: number;
  /** Of the others. */
  readonly taxable: Paise;
};

/** What the payment service asks for the lines. */
export type Price = { readonly taxable: Paise; readonly tax: Paise; readonly total: Paise };

/** A price for a frozen audience; good for one version of a campaign until it expires. */
export type Quote = {
  readonly id: string;
  readonly campaignId: string;
  readonly requestId: string;
  /** The version of the campaign it priced. */
  readonly version: number;
  readonly audienceId: string;
  readonly customers: number;
  readonly lines: readonly QuoteLine[];
  readonly exclusions: readonly Exclusion[];
  readonly price: Price;
  /** The end of the offer as it stood. */
  readonly offerEndAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type Rates = Readonly<Record<Channel, MicroRupees>>;

/**
 * The channels that reach somebody, each at its rate.
 *
 * @throws DomainError `AUDIENCE_EMPTY`
 */
export function quoteLines({ sizes }: AudienceCounts, rates: Rates): readonly QuoteLine[] {
  const lines = channels.flatMap((channel) => {
    const size = sizes[channel] ?? 0;
    return size === 0 ? [] : [{ channel, size, rate: rates[channel], taxable: amountOf(size, rates[channel]) }];
  });
  if (lines.length === 0) {
    const message = 'nobody would get this: choose more PIN codes, a larger radius or other channels';
    throw new DomainError('failed_precondition', 'AUDIENCE_EMPTY', message);
  }
  return lines;
}

/** The lines as the payment service prices them: what is included costs nothing. */
export function lessIncluded(lines: readonly QuoteLine[], included: ReadonlyMap<string, number>): readonly QuoteLine[] {
  return lines.map((line) => {
    const units = included.get(line.channel) ?? 0;
    return { ...line, included: units, taxable: amountOf(line.size - units, line.rate) };
  });
}

/** How hold and invoice name the channels. */
export const lineDescriptions: Readonly<Record<Channel, string>> = {
  whatsapp: 'WhatsApp messages',
  push: 'Push notifications',
  in_app: 'Inbox messages',
};

/** Messages a second, by channel. */
export type SendRates = Readonly<Record<Channel, number>>;

/** How long sending takes: the channels go side by side, so the slowest counts. */
export function sendingSeconds(lines: readonly QuoteLine[], perSecond: SendRates): number {
  return Math.max(...lines.map(({ channel, size }) => Math.ceil(size / perSecond[channel])));
}

/**
 * Checks that a campaign may be launched under a quote.
 *
 * @throws DomainError `QUOTE_NOT_FOUND` (also for a quote of another campaign), `QUOTE_STALE` or `QUOTE_EXPIRED`
 */
export function assertQuoteHolds(quote: Quote | undefined, { id, version }: Campaign, now: Date): asserts quote {
  if (quote?.campaignId !== id) throw new DomainError('not_found', 'QUOTE_NOT_FOUND', 'there is no such quote');
  if (quote.version !== version) throw quoteStale();
  if (quote.expiresAt <= now) {
    throw new DomainError('failed_precondition', 'QUOTE_EXPIRED', 'this quote has expired: ask for a new one');
  }
}

export function quoteStale(): DomainError {
  const message = 'the campaign was changed after this quote: ask for a new one';
  return new DomainError('failed_precondition', 'QUOTE_STALE', message);
}
