/** What decides about the tax of a shop beside its GST number and address. */
export type TaxProfile = {
  readonly shopId: string;
  /** Whether it lies in a special economic zone; an admin has seen the papers. */
  readonly specialEconomicZone: boolean;
};
