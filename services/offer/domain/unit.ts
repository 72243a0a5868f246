/** The unit of a shop's packs that an offer uses; the offer's id is its key. */
export type Unit = { readonly offerId: string; readonly shopId: string };

/** A unit whose fate is open: being reserved for an offer that is not stored yet, or on its way back. */
export type PendingUnit = Unit & { readonly state: 'reserving' | 'returning' };
