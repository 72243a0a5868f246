import type { Paise } from './paise.ts';

/** `₹1,00,000.00`, grouped the Indian way. */
export function formatRupees(amount: Paise): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  const rupees = digits.slice(0, -2).replace(/\B(?=(\d{2})*\d{3}$)/g, ',');
  return `${amount < 0 ? '-' : ''}₹${rupees}.${digits.slice(-2)}`;
}
