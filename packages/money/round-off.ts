import { type Paise, paise, paiseFromInt64 } from './paise.ts';
import { divideRounded } from './rounding.ts';

export type RoundOff = { readonly payable: Paise; readonly roundOff: Paise };

/** Rounds a document's total to the nearest rupee, halves up; `roundOff`, at most 50 paise, is shown on the document. */
export function roundOff(total: Paise): RoundOff {
  const payable = paiseFromInt64(divideRounded(BigInt(total), 100n) * 100n);
  return { payable, roundOff: paise(payable - total) };
}
