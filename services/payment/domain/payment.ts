import type { Paise } from '@doffers/money';
import type { Topup } from './topup.ts';

/** A payment that the gateway has taken for us, as its signed webhook tells. */
export type Payment = {
  readonly id: string;
  readonly orderId: string;
  readonly amount: Paise;
  readonly currency: string;
};

/** What the books and the gateway disagree about. A person looks at it; it never moves money by itself. */
export type BreakKind = 'unknown_order' | 'amount_mismatch' | 'second_payment';

/** What a payment means for its top-up. */
export type Verdict =
  | { readonly kind: 'credit'; readonly topup: Topup }
  | { readonly kind: 'known' }
  | { readonly kind: 'break'; readonly why: BreakKind };

/**
 * Judges a payment by what the top-up asked for. Only the very amount is credited, and only once; whether the top-up
 * has expired meanwhile does not matter, since the money is here.
 */
export function judgePayment(topup: Topup | undefined, payment: Payment): Verdict {
  if (topup === undefined) return { kind: 'break', why: 'unknown_order' };
  if (topup.payment !== undefined) {
    return topup.payment.id === payment.id ? { kind: 'known' } : { kind: 'break', why: 'second_payment' };
  }
  const asAsked = payment.amount === topup.amount && payment.currency === 'INR';
  return asAsked ? { kind: 'credit', topup } : { kind: 'break', why: 'amount_mismatch' };
}
