import { DomainError } from '@doffers/errors';
import { type Paise, paise, splitInclusive, type TaxAmounts, totalTax } from '@doffers/money';
import type { Invoice } from './invoice.ts';
import { credit, debit, type Journal, journal } from './ledger.ts';
import type { Payment } from './payment.ts';
import { taxContextOf } from './supply.ts';
import type { Topup } from './topup.ts';

/**
 * Why money goes back to where it came from: an order was paid twice, a payment that nobody asked for was parked, or a
 * shop wants credit back that it has not used.
 */
export type RefundPurpose = 'second_payment' | 'parked_payment' | 'unused_credit';

/** `failed`: the bank turned it down, and a person decides whether it is tried again. */
export type RefundState = 'requested' | 'processed' | 'failed';

/** Money that goes back to the source of a payment. It is owed from the moment it is requested. */
export type Refund = {
  readonly id: string;
  /** What it is for; one source is refunded once. */
  readonly source: string;
  /** Undefined for a payment that belongs to nobody. */
  readonly shopId: string | undefined;
  readonly topupId: string | undefined;
  readonly paymentId: string;
  readonly purpose: RefundPurpose;
  readonly amount: Paise;
  /** The part of `amount` that was booked as tax when the money came; nothing for what was never credited. */
  readonly taxes: TaxAmounts;
  readonly state: RefundState;
  /** Counts the requests at the gateway: a bank that turned one down is asked again under the next number. */
  readonly attempt: number;
  /** The refund at the gateway, as far as the current attempt got there. */
  readonly gatewayRefundId: string | undefined;
  readonly requestedAt: Date;
  readonly settledAt: Date | undefined;
};

type About = Pick<Refund, 'id' | 'requestedAt'>;

const noTaxes: TaxAmounts = { cgst: paise(0), sgst: paise(0), igst: paise(0) };

/** A payment that never became anybody's credit goes back whole. */
export function refundOfPayment(
  payment: Payment,
  purpose: Exclude<RefundPurpose, 'unused_credit'>,
  about: About & { readonly topup: Pick<Topup, 'id' | 'shopId'> | undefined },
): Refund {
  const { topup, ...rest } = about;
  const owner = { shopId: topup?.shopId, topupId: topup?.id };
  const what = { source: `payment/${payment.id}`, paymentId: payment.id, purpose, amount: payment.amount };
  return { ...rest, ...owner, ...what, taxes: noTaxes, ...fresh };
}

/**
 * Unused credit of a top-up. Its tax is the tax inside all that was refunded so far less what earlier refunds gave back,
 * at the rate and place of the top-up's receipt, so that the refunds of a whole top-up add up to its tax.
 *
 * @throws DomainError `TOPUP_NOT_CREDITED`, `REFUND_EXCEEDS_TOPUP`
 */
export function refundOfCredit(
  topup: Topup,
  asked: { readonly amount: Paise; readonly requestId: string; readonly refundedBefore: Paise },
  { receipt, ...rest }: About & { readonly receipt: Invoice },
): Refund {
  const { amount, requestId, refundedBefore } = asked;
  if (topup.payment === undefined) {
    throw new DomainError('failed_precondition', 'TOPUP_NOT_CREDITED', 'only a top-up that was paid can be refunded');
  }
  if (refundedBefore + amount > topup.amount) throw exceedsTopup(paise(topup.amount - refundedBefore));
  const context = taxContextOf(receipt.supply);
  const before = splitInclusive(refundedBefore, context);
  const after = splitInclusive(paise(refundedBefore + amount), context);
  const taxes = {
    cgst: paise(after.cgst - before.cgst),
    sgst: paise(after.sgst - before.sgst),
    igst: paise(after.igst - before.igst),
  };
  const what = { paymentId: topup.payment.id, purpose: 'unused_credit', amount, taxes } as const;
  const source = sourceOfCredit(topup.id, requestId);
  return { ...rest, shopId: topup.shopId, topupId: topup.id, source, ...what, ...fresh };
}

/** The source of an admin's request: one request id of a top-up is one refund. */
export function sourceOfCredit(topupId: string, requestId: string): string {
  return `topup/${topupId}/${requestId}`;
}

const fresh = { state: 'requested', attempt: 1, gatewayRefundId: undefined, settledAt: undefined } as const;

/** What is owed from now on: money that nobody asked for, or credit of a shop with the tax that was booked on it. */
export function refundRequested(refund: Refund): Journal {
  const { id, shopId, paymentId, amount, taxes, purpose } = refund;
  const payable = credit({ code: 'REFUND_PAYABLE' }, amount);
  if (purpose !== 'unused_credit' || shopId === undefined) {
    const about = { key: `payment/${paymentId}/return`, kind: 'payment_return', reference: paymentId } as const;
    return journal(about, [debit({ code: 'GATEWAY_CLEARING' }, amount), payable]);
  }
  return journal({ key: `refund/${id}/request`, kind: 'topup_refund', reference: `refund/${id}` }, [
    debit({ code: 'WALLET_CASH', shopId }, amount),
    payable,
    debit({ code: 'GST_CGST' }, taxes.cgst),
    debit({ code: 'GST_SGST' }, taxes.sgst),
    debit({ code: 'GST_IGST' }, taxes.igst),
    credit({ code: 'ADVANCE_TAX' }, totalTax(taxes)),
  ]);
}

/** The gateway has paid it. */
export function refundPaid({ id, amount }: Refund): Journal {
  return journal({ key: `refund/${id}/paid`, kind: 'refund_paid', reference: `refund/${id}` }, [
    debit({ code: 'REFUND_PAYABLE' }, amount),
    credit({ code: 'GATEWAY_CLEARING' }, amount),
  ]);
}

/** What the gateway knows an attempt by: our own id, so that a report finds its refund whichever comes first. */
export function receiptOf({ id, attempt }: Pick<Refund, 'id' | 'attempt'>): string {
  return `${id}.${attempt}`;
}

/** Undefined for a receipt that is not ours, such as that of a refund made by hand at the gateway. */
export function refundOfReceipt(receipt: string): { readonly id: string; readonly attempt: number } | undefined {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,2})$/.exec(receipt);
  return match?.[1] === undefined ? undefined : { id: match[1], attempt: Number(match[2]) };
}

/** What is known of an attempt at the gateway. */
export type RefundReport = { readonly attempt: number; readonly gatewayRefundId: string; readonly state: RefundState };

/**
 * How a refund stands after a report; undefined when it says nothing new. What was processed stays processed, and what
 * became of an earlier attempt does not matter to the current one.
 */
export function reported(refund: Refund, report: RefundReport, at: Date): Refund | undefined {
  const { gatewayRefundId } = report;
  if (refund.state === 'processed' || report.attempt !== refund.attempt) return undefined;
  if (report.state === refund.state && gatewayRefundId === refund.gatewayRefundId) return undefined;
  const settledAt = report.state === 'processed' ? at : undefined;
  return { ...refund, state: report.state, gatewayRefundId, settledAt };
}

/** The next attempt of a refund that the bank turned down; undefined when that number is under way or done. */
export function nextAttempt(refund: Refund, attempt: number): Refund | undefined {
  if (refund.state === 'processed' || attempt <= refund.attempt) return undefined;
  return { ...refund, attempt, state: 'requested', gatewayRefundId: undefined };
}

export function refundNotFound(): DomainError {
  return new DomainError('not_found', 'REFUND_NOT_FOUND', 'there is no such refund');
}

function exceedsTopup(left: Paise): DomainError {
  const message = 'this is more than what is left of the top-up';
  return new DomainError('failed_precondition', 'REFUND_EXCEEDS_TOPUP', message, { info: { leftPaise: String(left) } });
}
