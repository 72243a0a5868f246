/** An amount in paise (1/100 rupee): always a safe integer, so it survives JSON and Temporal payloads. */
export type Paise = number & { readonly unit: 'paise' };

/** @throws RangeError for fractions of a paisa and for what a number cannot hold exactly. */
export function paise(amount: number): Paise {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole number of paise: ${amount}`);
  return amount as Paise;
}

/** Reads an amount from the wire. */
export function paiseFromInt64(amount: bigint): Paise {
  return paise(Number(amount));
}

/** Writes an amount to the wire. */
export function toInt64(amount: Paise): bigint {
  return BigInt(amount);
}
