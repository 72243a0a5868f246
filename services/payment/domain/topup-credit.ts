import { type InclusiveSplit, type Paise, paise, splitInclusive, taxContext, totalTax } from '@doffers/money';
import { credit, debit, type Journal, journal } from './ledger.ts';
import type { StateCode } from './place-of-supply.ts';
import type { GstTiming, TaxRate } from './supply.ts';
import type { Topup } from './topup.ts';

/** What decides how a payment into a wallet is taxed. */
export type AdvanceTerms = {
  readonly supplierState: StateCode;
  readonly rate: TaxRate;
  readonly specialEconomicZone: boolean;
  readonly timing: GstTiming;
};

/** The tax inside a payment (Rule 35). */
export function advanceSplit({ amount, placeOfSupply }: Topup, terms: AdvanceTerms): InclusiveSplit {
  const { supplierState, specialEconomicZone, rate } = terms;
  const { rateBasisPoints } = rate;
  return splitInclusive(amount, taxContext({ supplierState, placeOfSupply, specialEconomicZone, rateBasisPoints }));
}

/** What a payment adds to the wallet: all of it as an advance, its value before tax as ad credits that were sold. */
export function creditOf(topup: Topup, terms: AdvanceTerms): Paise {
  return terms.timing === 'ADVANCE' ? topup.amount : advanceSplit(topup, terms).taxable;
}

/**
 * The journal of a paid top-up. An advance for services is taxable when it is received: the wallet is credited in full,
 * and the tax inside the amount is booked as owed, against ADVANCE_TAX, which the invoices of what is bought take back.
 * Where topping up is the sale of ad credits, the tax is owed for that sale and the wallet gets the rest.
 */
export function topupCredit(topup: Topup, terms: AdvanceTerms): Journal {
  const { id, shopId, amount } = topup;
  const taxes = advanceSplit(topup, terms);
  const advanceTax = terms.timing === 'ADVANCE' ? totalTax(taxes) : paise(0);
  return journal({ key: `topup/${id}/credit`, kind: 'topup', reference: id }, [
    debit({ code: 'GATEWAY_CLEARING' }, amount),
    credit({ code: 'WALLET_CASH', shopId }, creditOf(topup, terms)),
    debit({ code: 'ADVANCE_TAX' }, advanceTax),
    credit({ code: 'GST_CGST' }, taxes.cgst),
    credit({ code: 'GST_SGST' }, taxes.sgst),
    credit({ code: 'GST_IGST' }, taxes.igst),
  ]);
}
