import { paise } from '@doffers/money';
import type { Payment } from '../domain/payment.ts';
import type { Topup } from '../domain/topup.ts';
import type { AdvanceTerms } from '../domain/topup-credit.ts';

/** An open top-up of ₹5,000 of a shop in Karnataka, ordered on 23 November 2026; name only what the test is about. */
export function aTopup(changes: Partial<Topup> = {}): Topup {
  return {
    id: '019ab000-0000-7000-8000-000000000001',
    shopId: '019ab000-0000-7000-8000-00000000000a',
    amount: paise(5_000_00),
    placeOfSupply: '29',
    createdAt: new Date('2026-11-23T06:00:00Z'),
    expiresAt: new Date('2026-11-23T06:30:00Z'),
    lastFailure: undefined,
    orderId: 'order_1',
    payment: undefined,
    ...changes,
  };
}

/** The payment that such a top-up waits for. */
export function aPayment(changes: Partial<Payment> = {}): Payment {
  return { id: 'pay_1', orderId: 'order_1', amount: paise(5_000_00), currency: 'INR', ...changes };
}

/** How advances are taxed by a supplier in Maharashtra; name only what the test is about. */
export function advanceTerms(changes: Partial<AdvanceTerms> = {}): AdvanceTerms {
  const rate = { sac: '998365', rateBasisPoints: 1800 };
  return { supplierState: '27', rate, specialEconomicZone: false, timing: 'ADVANCE', ...changes };
}
