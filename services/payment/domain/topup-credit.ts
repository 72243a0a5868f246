import { splitInclusive, taxContext, totalTax } from '@doffers/money';
import { credit, debit, type Journal, journal } from './ledger.ts';
import type { StateCode } from './place-of-supply.ts';
import { advanceRateBasisPoints, type Topup } from './topup.ts';

/**
 * The journal of a paid top-up. An advance for services is taxable when it is received: the wallet is credited in full,
 * and the tax inside the amount is booked as owed, against ADVANCE_TAX, which the invoices of what is bought take back.
 */
export function topupCredit(topup: Topup, supplierState: StateCode): Journal {
  const { id, shopId, amount, placeOfSupply } = topup;
  const taxes = splitInclusive(
    amount,
    taxContext({ supplierState, placeOfSupply, rateBasisPoints: advanceRateBasisPoints }),
  );
  return journal({ key: `topup/${id}/credit`, kind: 'topup', reference: id }, [
    debit({ code: 'GATEWAY_CLEARING' }, amount),
    credit({ code: 'WALLET_CASH', shopId }, amount),
    debit({ code: 'ADVANCE_TAX' }, totalTax(taxes)),
    credit({ code: 'GST_CGST' }, taxes.cgst),
    credit({ code: 'GST_SGST' }, taxes.sgst),
    credit({ code: 'GST_IGST' }, taxes.igst),
  ]);
}
