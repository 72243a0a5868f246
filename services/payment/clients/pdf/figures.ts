import { istDay } from '@doffers/calendar';
import { formatRupees, type Paise, paise } from '@doffers/money';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "24 Nov 2026", of a day such as 2026-11-24. */
export function dayText(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${date} ${months[(month ?? 1) - 1]} ${year}`;
}

/** The day of an instant, as the calendar in India says. */
export const dateText = (instant: Date) => dayText(istDay(instant));

/** An amount in a column that says ₹ in its head. */
export const plain = (amount: Paise) => formatRupees(amount).replace('₹', '');

export const grouped = (quantity: number) => plain(paise(quantity * 100)).replace(/\.00$/, '');

/** A unit rate, with as many of its six decimals as it has, at least two. */
export function rateText(micros: number): string {
  const [rupees = '0', decimals = ''] = (micros / 1_000_000).toFixed(6).split('.');
  return `${grouped(Number(rupees))}.${decimals.replace(/0{1,4}$/, '')}`;
}
