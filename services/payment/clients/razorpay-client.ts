import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import type { RefundState } from '../domain/refund.ts';
import type { SettlementLine } from '../domain/settlement.ts';
import type { Contact, GatewayOutcome, GatewayPayment, GatewayRefund, Razorpay } from './razorpay.ts';

/**
 * What a use case needs of the gateway, in its own terms: an answer, or a refusal that a person can act on.
 * Every call throws DomainError `GATEWAY_UNAVAILABLE` when it does not answer; what was asked for may exist then.
 */
export type RazorpayClient = {
  createOrder(order: {
    readonly receipt: string;
    readonly amount: Paise;
    readonly mandate?: { readonly customerId: string; readonly maxAmount: Paise };
  }): Promise<{ readonly id: string }>;
  findOrderByReceipt(receipt: string): Promise<{ readonly id: string } | undefined>;
  listOrderPayments(orderId: string): Promise<readonly GatewayPayment[]>;
  getPayment(paymentId: string): Promise<GatewayPayment | undefined>;
  /**
   * Repeating it with its key finds the refund that was made. `receipt` comes back with every report.
   * @throws DomainError `REFUND_REFUSED`
   */
  refund(refund: {
    readonly paymentId: string;
    readonly amount: Paise;
    readonly key: string;
    readonly receipt: string;
  }): Promise<RefundAnswer>;
  getRefund(refundId: string): Promise<RefundAnswer>;
  createCustomer(name: string): Promise<{ readonly id: string }>;
  /** Answers why the gateway does not take it, if so. */
  chargeToken(payment: {
    readonly orderId: string;
    readonly amount: Paise;
    readonly customerId: string;
    readonly tokenId: string;
  }): Promise<string | undefined>;
  /** What reached the bank on a day in India. */
  settlementOf(day: string): Promise<readonly SettlementLine[]>;
  /** Ends a mandate; one that has ended already is fine. */
  deleteToken(token: { readonly customerId: string; readonly tokenId: string }): Promise<void>;
};

type RefundAnswer = { readonly id: string; readonly state: RefundState };

/** `contact` is the platform's: a shopkeeper's phone is known to auth alone, and the bank tells its customer itself. */
export function createRazorpayClient(razorpay: Omit<Razorpay, 'close'>, contact: Contact): RazorpayClient {
  return {
    createOrder: async (order) => settled(await razorpay.createOrder(order)),
    findOrderByReceipt: async (receipt) => settled(await razorpay.findOrderByReceipt(receipt)),
    listOrderPayments: async (orderId) => settled(await razorpay.listOrderPayments(orderId)),
    async getPayment(paymentId) {
      const outcome = await razorpay.getPayment(paymentId);
      return outcome.kind === 'refused' && outcome.status < 500 ? undefined : settled(outcome);
    },
    async refund(refund) {
      const outcome = await razorpay.refund(refund);
      if (outcome.kind === 'refused') throw refundRefused(outcome);
      return refundAnswer(settled(outcome));
    },
    settlementOf: async (day) => settled(await razorpay.listSettlementLines(day)),
    getRefund: async (refundId) => refundAnswer(settled(await razorpay.getRefund(refundId))),
    createCustomer: async (name) => settled(await razorpay.createCustomer({ name: customerName(name), ...contact })),
    async chargeToken(payment) {
      const outcome = await razorpay.chargeToken({ ...payment, ...contact });
      if (isAnswer(outcome)) return outcome.reason || 'refused';
      settled(outcome);
      return undefined;
    },
    async deleteToken(token) {
      const outcome = await razorpay.deleteToken(token);
      if (!isAnswer(outcome)) settled(outcome);
    },
  };
}

type Refused = Extract<GatewayOutcome<unknown>, { kind: 'refused' }>;

/** A refusal that is about what was asked for. Any other one, such as of our keys, says nothing about it. */
function isAnswer(outcome: GatewayOutcome<unknown>): outcome is Refused {
  return outcome.kind === 'refused' && (outcome.status === 400 || outcome.status === 404);
}

/** The gateway takes names of 3 to 50 characters. */
const customerName = (name: string) => name.slice(0, 50).padEnd(3, '.');

function refundAnswer({ id, status }: GatewayRefund): RefundAnswer {
  return { id, state: status === 'processed' || status === 'failed' ? status : 'requested' };
}

function settled<T>(outcome: GatewayOutcome<T>): T {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value;
    case 'refused':
      // Keys or a request that is ours to mend: a bug, not something the shopkeeper can change.
      throw new Error(`Razorpay refused: ${outcome.status} ${outcome.reason} ${outcome.description}`);
    case 'retry':
      throw unavailable(outcome.code, outcome.retryAfterMs);
    case 'unknown':
      throw unavailable(outcome.reason);
  }
}

function unavailable(cause: string, retryMs?: number): DomainError {
  return new DomainError(
    'unavailable',
    'GATEWAY_UNAVAILABLE',
    'the payment gateway does not answer; try again in a moment',
    { info: { cause }, ...(retryMs !== undefined && { retryAfterSeconds: Math.ceil(retryMs / 1000) }) },
  );
}

function refundRefused({
  reason,
  description,
}: {
  readonly reason: string;
  readonly description: string;
}): DomainError {
  const message = `the payment gateway does not refund this: ${description}`;
  return new DomainError('failed_precondition', 'REFUND_REFUSED', message, { info: { cause: reason } });
}
