import { DateTime } from 'luxon';

/** India has one time zone and no summer time; every date that a person reads is in it. */
const india = 'Asia/Kolkata';

/** Five and a half hours ahead of UTC, since 1945. */
const aheadMs = 330 * 60_000;

/** The calendar day in India, such as `2026-11-24`. Asked for with every message, so it is plain arithmetic. */
export function istDay(instant: Date): string {
  return indianClock(instant).toISOString().slice(0, 10);
}

/** Minutes since midnight in India. */
export function istMinute(instant: Date): number {
  const clock = indianClock(instant);
  return clock.getUTCHours() * 60 + clock.getUTCMinutes();
}

/** What Indian clocks show, in the UTC fields. @throws RangeError for an invalid Date, before it spreads as NaN */
function indianClock(instant: Date): Date {
  const clock = new Date(instant.getTime() + aheadMs);
  if (Number.isNaN(clock.getTime())) throw new RangeError('not an instant');
  return clock;
}

/** The instants at which a day begins in India and at which the next one does. */
export function istDayRange(day: string): { readonly start: Date; readonly end: Date } {
  const start = DateTime.fromFormat(day, 'yyyy-MM-dd', { zone: india });
  if (!start.isValid) throw new RangeError(`not a day: ${day}`);
  return { start: start.toJSDate(), end: start.plus({ days: 1 }).toJSDate() };
}

/** The financial year as document numbers write it: 1 April 2026 to 31 March 2027 is `2627`. */
export function financialYear(instant: Date): string {
  const { year, month } = inIndia(instant);
  const first = month >= 4 ? year : year - 1;
  return twoDigits(first) + twoDigits(first + 1);
}

/**
 * The instant of the `months`-th renewal after `anchor`, at the same time of day in India. Where a month is too short it
 * is that month's last day, and the next one returns to the anchor's day: 31 January, 28 February, 31 March.
 */
export function monthAnchor(anchor: Date, months: number): Date {
  return inIndia(anchor).plus({ months }).toJSDate();
}

/**
 * Reads an ISO date or date-time. Without a zone it is meant as in India, not as wherever the server stands.
 * @throws RangeError when `text` is no ISO date
 */
export function parseInstant(text: string): Date {
  const parsed = DateTime.fromISO(text, { zone: india });
  if (!parsed.isValid) throw new RangeError(`not an ISO date: ${text}`);
  return parsed.toJSDate();
}

/** @throws RangeError for an invalid Date, before it spreads as NaN */
export function inIndia(instant: Date): DateTime<true> {
  const time = DateTime.fromJSDate(instant, { zone: india });
  if (!time.isValid) throw new RangeError('not an instant');
  return time;
}

const twoDigits = (year: number) => String(year % 100).padStart(2, '0');
