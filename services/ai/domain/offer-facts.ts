import type { Paise } from '@doffers/money';

/** Everything a campaign text may claim. What does not stand here may not stand in the text either. */
export type OfferFacts = {
  readonly shopName: string;
  readonly title: string;
  readonly description: string;
  readonly percent: number | undefined;
  /** Amounts of the offer: flat discount, greatest discount, smallest bill; without the zeros that mean "none". */
  readonly amounts: readonly Paise[];
  readonly startAt: Date | undefined;
  /** First moment the offer is no longer valid. */
  readonly endAt: Date;
};

/** A calendar day in India. */
export type Day = { readonly day: number; readonly month: number; readonly year: number };

/** The days that a text may name: the first one, when the offer has a start, and the last one. */
export function namedDays({ startAt, endAt }: OfferFacts): readonly Day[] {
  return [...(startAt === undefined ? [] : [dayInIndia(startAt)]), lastDay(endAt)];
}

/** The last day on which an offer is valid: an end at midnight belongs to the day before. */
export function lastDay(endAt: Date): Day {
  return dayInIndia(new Date(endAt.getTime() - 1));
}

const indianDay = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Kolkata',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

function dayInIndia(at: Date): Day {
  const [year = 0, month = 0, day = 0] = indianDay.format(at).split('-').map(Number);
  return { day, month, year };
}
