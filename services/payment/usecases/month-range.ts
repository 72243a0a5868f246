import { istDayRange } from '@doffers/calendar';

/** The instants between which a month such as `2026-11` lies in India. */
export function monthRange(period: string): { readonly start: Date; readonly end: Date } {
  const [year = 0, month = 0] = period.split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
  return { start: istDayRange(`${period}-01`).start, end: istDayRange(`${next}-01`).start };
}
