import { stateOfGstin, type TaxContext, taxContext } from '@doffers/money';
import { placeOfSupply, type StateCode } from './place-of-supply.ts';

/** One side of a sale as a document names it. `gstin` is empty for who is not registered. */
export type Party = { readonly name: string; readonly address: string; readonly gstin: string };

/**
 * Who sells to whom, and how that is taxed. It is fixed with the price: a shop that moves or registers meanwhile gets
 * the document that it agreed to.
 */
export type Supply = {
  readonly supplier: Party;
  readonly recipient: Party;
  readonly placeOfSupply: StateCode;
  readonly rateBasisPoints: number;
};

/** The rate of advertising and on-line services. */
const rateBasisPoints = 1800;

type Shop = {
  readonly name: string;
  readonly address: string;
  readonly pincode: string;
  readonly state: string;
  readonly gstin: string;
};

/** What the platform sells to a shop as it stands now. */
export function supplyTo(shop: Shop, supplier: Party): Supply {
  const address = [shop.address, shop.state, shop.pincode].filter((part) => part !== '').join(', ');
  return {
    supplier,
    recipient: { name: shop.name, address, gstin: shop.gstin },
    placeOfSupply: placeOfSupply(shop),
    rateBasisPoints,
  };
}

export function taxContextOf({ supplier, placeOfSupply, rateBasisPoints }: Supply): TaxContext {
  return taxContext({ supplierState: stateOfGstin(supplier.gstin), placeOfSupply, rateBasisPoints });
}
