import { type Paise, paiseFromInt64 } from './paise.ts';
import { divideRounded } from './rounding.ts';

const microsPerPaisa = 10_000n;

/** A price for one unit in millionths of a rupee, because a message costs fractions of a paisa: ₹0.8631 is 863100. */
export type MicroRupees = number & { readonly unit: 'micro-rupees' };

/** @throws RangeError for a negative or fractional rate. */
export function microRupees(rate: number): MicroRupees {
  if (!Number.isSafeInteger(rate) || rate < 0) throw new RangeError(`not a rate in micro-rupees: ${rate}`);
  return rate as MicroRupees;
}

/** What `quantity` units cost, rounded once. @throws RangeError for a negative or fractional quantity. */
export function amountOf(quantity: number, rate: MicroRupees): Paise {
  if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError(`not a quantity: ${quantity}`);
  return paiseFromInt64(divideRounded(BigInt(quantity) * BigInt(rate), microsPerPaisa));
}
