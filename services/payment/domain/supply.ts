import { DomainError } from '@doffers/errors';
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
  /** What is sold, in the tax authority's code of services. */
  readonly sac?: string;
  /** The recipient is in a special economic zone: a supply across a border, wherever that is. */
  readonly specialEconomicZone?: boolean;
  /** Paid from credit whose sale was taxed already (`INVOICE_AT_TOPUP`): no second tax, and no tax invoice. */
  readonly taxedAtTopup?: boolean;
};

/** What is sold, with a code and a rate that may change from a day on. */
export type Service = 'campaign' | 'pack' | 'subscription';

/** How a service is taxed at some time. */
export type TaxRate = { readonly sac: string; readonly rateBasisPoints: number };

/**
 * When an advance is taxed. `ADVANCE`: a receipt voucher when it is paid in, and a tax invoice for each supply.
 * `INVOICE_AT_TOPUP`: paying in is the sale of ad credits, invoiced at once; what they buy is not taxed again. One
 * supplier has one of them for good.
 */
export type GstTiming = 'ADVANCE' | 'INVOICE_AT_TOPUP';

type Shop = {
  readonly name: string;
  readonly address: string;
  readonly pincode: string;
  readonly state: string;
  readonly gstin: string;
};

/** Rates and code of advertising since GST began; the table `tax_rate` has what is in force. */
const advertising: TaxRate = { sac: '998365', rateBasisPoints: 1800 };

/**
 * What the platform sells to a shop as it stands now.
 *
 * @throws DomainError `STATE_UNKNOWN`: a document without a State must not be issued, so nothing is sold for one
 */
export function supplyTo(
  shop: Shop,
  supplier: Party,
  { sac, rateBasisPoints }: TaxRate = advertising,
  { specialEconomicZone = false, timing = 'ADVANCE' }: { specialEconomicZone?: boolean; timing?: GstTiming } = {},
): Supply {
  const place = placeOfSupply(shop);
  if (place === undefined) throw stateUnknown();
  return {
    supplier,
    recipient: partyOf(shop),
    placeOfSupply: place,
    rateBasisPoints,
    sac,
    ...(specialEconomicZone && { specialEconomicZone }),
    ...(timing === 'INVOICE_AT_TOPUP' && { taxedAtTopup: true }),
  };
}

/** A shop as a document names it: an unregistered one by its address on record, with PIN and State. */
export function partyOf(shop: Shop): Party {
  const address = [shop.address, shop.state, shop.pincode].filter((part) => part !== '').join(', ');
  return { name: shop.name, address, gstin: shop.gstin };
}

export function taxContextOf(supply: Supply): TaxContext {
  const { supplier, placeOfSupply, specialEconomicZone = false, taxedAtTopup = false } = supply;
  const supplierState = stateOfGstin(supplier.gstin);
  const rateBasisPoints = taxedAtTopup ? 0 : supply.rateBasisPoints;
  return taxContext({ supplierState, placeOfSupply, specialEconomicZone, rateBasisPoints });
}

function stateUnknown(): DomainError {
  const message = 'the State of this shop is not known: correct its PIN code or enter its GST number first';
  return new DomainError('failed_precondition', 'STATE_UNKNOWN', message);
}
