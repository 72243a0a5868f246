import { stateOfGstin } from '@doffers/money';
import type { ShopAccess } from '@doffers/ownership';
import { type GstTiming, type Party, type Service, type Supply, supplyTo } from '../domain/supply.ts';
import type { AdvanceTerms } from '../domain/topup-credit.ts';
import type { TaxRepository } from '../repositories/tax-repository.ts';

type Deps = {
  readonly tax: Pick<TaxRepository, 'termsOf'>;
  readonly supplier: Party;
  readonly timing: GstTiming;
  readonly now: () => Date;
};

export type TaxTerms = {
  /**
   * What the platform sells to a shop now, at the rate that is in force: the time of supply is when the price is
   * committed, by the hold or the purchase. A rate that changes later does not change what was agreed.
   * @throws DomainError `STATE_UNKNOWN`
   */
  supplyOf(shop: ShopAccess, service: Service): Promise<Supply>;
  /** The same for any of several shops, with one look at what is in force. What it answers throws as `supplyOf` does. */
  suppliesOf(shops: readonly ShopAccess[], service: Service): Promise<(shop: ShopAccess) => Supply>;
  /** How a payment into a wallet is taxed when it comes in. */
  advanceTerms(shopId: string, at: Date): Promise<AdvanceTerms>;
};

/** Puts together what decides about the tax of a sale: the rate in force, the supplier's timing, the shop's zone. */
export function createTaxTerms({ tax, supplier, timing, now }: Deps): TaxTerms {
  const suppliesOf: TaxTerms['suppliesOf'] = async (shops, service) => {
    const shopIds = shops.map(({ shopId }) => shopId);
    const { rate, zones } = await tax.termsOf(service, shopIds, now());
    return (shop) => supplyTo(shop, supplier, rate, { specialEconomicZone: zones.has(shop.shopId), timing });
  };
  return {
    suppliesOf,
    supplyOf: async (shop, service) => (await suppliesOf([shop], service))(shop),
    async advanceTerms(shopId, at) {
      const { rate, zones } = await tax.termsOf('campaign', [shopId], at);
      return { supplierState: stateOfGstin(supplier.gstin), rate, specialEconomicZone: zones.has(shopId), timing };
    },
  };
}
