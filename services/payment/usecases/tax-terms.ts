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
  /** How a payment into a wallet is taxed when it comes in. */
  advanceTerms(shopId: string, at: Date): Promise<AdvanceTerms>;
};

/** Puts together what decides about the tax of a sale: the rate in force, the supplier's timing, the shop's zone. */
export function createTaxTerms({ tax, supplier, timing, now }: Deps): TaxTerms {
  return {
    async supplyOf(shop, service) {
      const { rate, specialEconomicZone } = await tax.termsOf(service, shop.shopId, now());
      return supplyTo(shop, supplier, rate, { specialEconomicZone, timing });
    },
    async advanceTerms(shopId, at) {
      const terms = await tax.termsOf('campaign', shopId, at);
      return { supplierState: stateOfGstin(supplier.gstin), ...terms, timing };
    },
  };
}
