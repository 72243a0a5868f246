import { type StateCode, stateCode, stateLabel, stateOfGstin } from '@doffers/money';

export type { StateCode };

/** Other Territory: no State's own, so whatever is supplied there is supplied across a border. */
const otherTerritory: StateCode = '97';

/**
 * Where a service to a shop counts as supplied (IGST Act, section 12(2)): the State of its GSTIN, for an unregistered
 * shop the State of its address on record (circular 242/36/2024). Undefined when neither is known: nothing is supplied
 * to a party without a State.
 */
export function placeOfSupply(shop: { readonly gstin: string; readonly state: string }): StateCode | undefined {
  return shop.gstin === '' ? stateCode(shop.state) : stateOfGstin(shop.gstin);
}

/** The place of an advance, whose nature may be open: what cannot be told is taxed as inter-State (Rule 50). */
export function placeOfAdvance(shop: { readonly gstin: string; readonly state: string }): StateCode {
  return placeOfSupply(shop) ?? otherTerritory;
}

/** A place of supply as documents write it: "29-Karnataka". */
export const placeLabel = stateLabel;
