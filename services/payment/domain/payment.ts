import type { Paise } from '@doffers/money';
import type { Topup } from './topup.ts';

/** A payment that the gateway has taken for us, as its signed webhook tells. */
export type Payment = {
  readonly id: string;
  readonly orderId: string;
  readonly amount: Paise;
  readonly currency: string;
  /** The mandate that was given with it. */
  readonly tokenId?: string | undefined;
};

/** What the books and the gateway disagree about. A person looks at it; it never moves money by itself. */
export type BreakKind = 'unknown_order' | 'amount_mismatch' | 'unknown_refund' | 'late_capture';

/** What a payment means for its top-up. */
export type Verdict =
  | { readonly kind: 'credit'; readonly topup: Topup }
  | { readonly kind: 'known'; readonly topup: Topup }
  /** The order was paid before: this one goes back. */
  | { readonly kind: 'return'; readonly topup: Topup }
  | { readonly kind: 'break'; readonly why: BreakKind };

/**
 * Judges a payment by what the top-up asked for. Only the very amount is credited, and only once; whether the top-up
 * has expired meanwhile does not matter, since the money is here. The gateway takes no other amount for an order, so one
 * that comes after all is parked: something is wrong that a person must see before money moves.
 */
export function judgePayment(topup: Topup | undefined, payment: Payment): Verdict {
  if (topup === undefined) return { kind: 'break', why: 'unknown_order' };
  const asAsked = payment.amount === topup.amount && payment.currency === 'INR';
  if (topup.payment !== undefined) {
    if (topup.payment.id === payment.id) return { kind: 'known', topup };
    return asAsked ? { kind: 'return', topup } : { kind: 'break', why: 'amount_mismatch' };
  }
  return asAsked ? { kind: 'credit', topup } : { kind: 'break', why: 'amount_mismatch' };
}
