export { type Charge, type ChargedLine, type ChargeLine, charge } from './charge.ts';
export { type Credit, creditLine, noCredit } from './credit.ts';
export { formatRupees } from './format.ts';
export { gstinCheckCharacter, isGstin, stateOfGstin } from './gstin.ts';
export { type Paise, paise, paiseFromInt64, sumPaise, toInt64 } from './paise.ts';
export { amountOf, type MicroRupees, microRupees } from './rate.ts';
export { type RoundOff, roundOff } from './round-off.ts';
export { type StateCode, stateCode, stateLabel } from './states.ts';
export {
  type InclusiveSplit,
  splitInclusive,
  type TaxAmounts,
  type TaxContext,
  taxContext,
  totalTax,
} from './tax.ts';
export { rupeesInWords } from './words.ts';
