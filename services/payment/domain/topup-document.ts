import { microRupees, paise } from '@doffers/money';
import type { InvoiceDraft } from './invoice.ts';
import type { Supply } from './supply.ts';
import type { Topup } from './topup.ts';
import { type AdvanceTerms, advanceSplit } from './topup-credit.ts';

/**
 * The document of a credited top-up, with the tax inside the amount as the ledger has booked it: the receipt voucher of
 * an advance (Rule 50), or the tax invoice of ad credits where topping up is their sale.
 */
export function topupDocument(
  topup: Topup,
  parties: Pick<Supply, 'supplier' | 'recipient'>,
  terms: AdvanceTerms,
): InvoiceDraft {
  const { id, shopId, amount: total, placeOfSupply } = topup;
  const { specialEconomicZone, timing, rate } = terms;
  const supply = { ...parties, placeOfSupply, ...rate, ...(specialEconomicZone && { specialEconomicZone }) };
  const { taxable, ...taxes } = advanceSplit(topup, terms);
  const amounts = { discount: paise(0), taxable, taxes };
  const isSale = timing === 'INVOICE_AT_TOPUP';
  const description = isSale ? 'Advertising credit' : 'Advance for advertising services';
  const line = { description, sac: rate.sac, quantity: 1, rate: microRupees(taxable * 10_000), ...amounts };
  return {
    kind: isSale ? 'tax_invoice' : 'receipt_voucher',
    shopId,
    source: `topup/${id}`,
    supply,
    lines: [line],
    ...amounts,
    roundOff: paise(0),
    total,
    ...(isSale && { settlement: { by: 'gateway', payment: topup.payment?.id ?? '' } as const }),
  };
}
