import type { Paise } from './paise.ts';

const teens = [
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
  'Nineteen',
];
const small = ['Zero', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', ...teens];
const tens = ['', '', 'Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety'];
const scales = [
  [10_000_000, 'Crore'],
  [100_000, 'Lakh'],
  [1_000, 'Thousand'],
  [100, 'Hundred'],
] as const;

/**
 * An amount as an Indian invoice spells it: "Twelve Lakh Rupees And Eighty Nine Paise Only".
 * @throws RangeError for a negative amount, which no document states
 */
export function rupeesInWords(amount: Paise): string {
  if (amount < 0) throw new RangeError('a document states no negative amount');
  const rupees = Math.floor(amount / 100);
  const rest = amount % 100;
  const paisa = rest === 0 ? '' : ` And ${words(rest)} ${rest === 1 ? 'Paisa' : 'Paise'}`;
  return `${words(rupees)} ${rupees === 1 ? 'Rupee' : 'Rupees'}${paisa} Only`;
}

function words(value: number): string {
  for (const [scale, name] of scales) {
    if (value < scale) continue;
    const rest = value % scale;
    return `${words(Math.floor(value / scale))} ${name}${rest === 0 ? '' : ` ${words(rest)}`}`;
  }
  const rest = value % 10;
  if (value < 20) return small[value] ?? '';
  return `${tens[Math.floor(value / 10)]}${rest === 0 ? '' : ` ${small[rest]}`}`;
}
