/** An amount in paise (1/100 rupee): always a safe integer, so it survives JSON and Temporal payloads. */
export type Paise = number & { readonly unit: 'paise' };

/** @throws RangeError for fractions of a paisa and for what a number cannot hold exactly. */
export function paise(amount: number): Paise {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole number of paise: ${amount}`);
  return (amount === 0 ? 0 : amount) as Paise; // no -0, which JSON and assertions tell apart from 0
}

/** Reads an amount from the wire. @throws RangeError beyond what a number holds exactly. */
export function paiseFromInt64(amount: bigint): Paise {
  return paise(Number(amount));
}

/** Writes an amount to the wire. */
export function toInt64(amount: Paise): bigint {
  return BigInt(amount);
}

/** @throws RangeError when a partial sum leaves the safe range, instead of rounding it silently. */
export function sumPaise(amounts: Iterable<Paise>): Paise {
  let sum = paise(0);
  for (const amount of amounts) sum = paise(sum + amount);
  return sum;
}
