import { inIndia, istMinute } from './ist.ts';

const minutesPerDay = 24 * 60;

/**
 * The part of the day, in India, in which promotional messages may go out; minutes since midnight, the end excluded.
 * An end before the start goes over midnight.
 */
export type SendWindow = { readonly fromMinute: number; readonly toMinute: number };

/**
 * Reads a setting such as `10:00-21:00`; `00:00-24:00` is always.
 * @throws RangeError for anything else, and for a window without a minute in it
 */
export function parseSendWindow(text: string): SendWindow {
  const match = /^([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])$/.exec(text);
  const [fromMinute = NaN, toMinute = NaN] = match ? [minuteOf(match[1], match[2]), minuteOf(match[3], match[4])] : [];
  if (!(fromMinute < minutesPerDay && toMinute <= minutesPerDay && fromMinute !== toMinute)) {
    throw new RangeError(`not a time window such as 10:00-21:00: ${text}`);
  }
  return { fromMinute, toMinute };
}

/** Whether a message may go out at `instant`. */
export function isWithinSendWindow(window: SendWindow, instant: Date): boolean {
  const now = istMinute(instant);
  const { fromMinute, toMinute } = window;
  if (fromMinute < toMinute) return fromMinute <= now && now < toMinute;
  return fromMinute <= now || now < toMinute;
}

/** The first instant from `instant` on at which a message may go out: itself, or the window's next opening. */
export function nextSendTime(window: SendWindow, instant: Date): Date {
  if (isWithinSendWindow(window, instant)) return instant;
  const now = inIndia(instant);
  const opening = now.startOf('day').plus({ minutes: window.fromMinute });
  return (opening > now ? opening : opening.plus({ days: 1 })).toJSDate();
}

const minuteOf = (hours = '', minutes = '') => Number(hours) * 60 + Number(minutes);
