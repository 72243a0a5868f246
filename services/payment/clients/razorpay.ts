import { type Paise, paise } from '@doffers/money';
import { createExchange, type ExchangeOutcome, parseJson, retryAfterMs } from '@doffers/provider-http';
import { z } from 'zod';
import type { SettlementLine } from '../domain/settlement.ts';

/**
 * What is known after one call. `unknown` means that it may have taken effect: an order is then looked up by its
 * receipt, a refund repeated under its key.
 */
export type GatewayOutcome<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string; readonly description: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type GatewayOrder = {
  readonly id: string;
  readonly receipt: string | null;
  readonly amount: Paise;
  readonly amountPaid: Paise;
  readonly status: string;
};

export type GatewayPayment = {
  readonly id: string;
  readonly orderId: string;
  readonly amount: Paise;
  readonly amountRefunded: Paise;
  readonly currency: string;
  readonly status: string;
  /** The mandate that was given with this payment, or by which it was taken. */
  readonly tokenId: string | undefined;
  /** Why the bank declined it. */
  readonly reason: string | undefined;
};

/** Lets later payments of up to an amount be taken without a person. */
type MandateTerms = { readonly customerId: string; readonly maxAmount: Paise };

export type GatewayRefund = {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: Paise;
  readonly status: string;
};

export type Razorpay = {
  /** With a mandate, whoever pays the order also gives that. */
  createOrder(order: { receipt: string; amount: Paise; mandate?: MandateTerms }): Promise<GatewayOutcome<GatewayOrder>>;
  findOrderByReceipt(receipt: string): Promise<GatewayOutcome<GatewayOrder | undefined>>;
  getOrder(orderId: string): Promise<GatewayOutcome<GatewayOrder>>;
  listOrderPayments(orderId: string): Promise<GatewayOutcome<readonly GatewayPayment[]>>;
  getPayment(paymentId: string): Promise<GatewayOutcome<GatewayPayment>>;
  /** The same key gives the same refund, however often it is asked for. At least 10 letters, digits, `-` or `_`. */
  refund(refund: {
    paymentId: string;
    amount: Paise;
    key: string;
    receipt?: string;
  }): Promise<GatewayOutcome<GatewayRefund>>;
  getRefund(refundId: string): Promise<GatewayOutcome<GatewayRefund>>;
  /** Who mandates belong to. */
  createCustomer(customer: Contact & { readonly name: string }): Promise<GatewayOutcome<{ readonly id: string }>>;
  /** Pays an order by a mandate, without a person. An order is paid once. */
  chargeToken(
    payment: Contact & {
      readonly orderId: string;
      readonly amount: Paise;
      readonly customerId: string;
      readonly tokenId: string;
    },
  ): Promise<GatewayOutcome<{ readonly paymentId: string }>>;
  deleteToken(token: { readonly customerId: string; readonly tokenId: string }): Promise<GatewayOutcome<object>>;
  /** What reached the bank on a day (IST, `YYYY-MM-DD`), all pages; what is not settled yet is left out. */
  listSettlementLines(day: string): Promise<GatewayOutcome<readonly SettlementLine[]>>;
  close(): Promise<void>;
};

/** Where the gateway writes to. */
export type Contact = { readonly email: string; readonly phone: string };

export type RazorpayOptions = {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly keySecret: string;
  readonly deadlineMs?: number;
};

const amount = z.number().int().transform(paise);
/** A word for what went wrong. It goes into columns and messages of this length, which hold nothing but ASCII. */
export const gatewayReason = z.string().transform((text) => text.replaceAll(/[^!-~]/g, '_').slice(0, 64));
const order = z
  .object({ id: z.string(), receipt: z.string().nullable(), amount, amount_paid: amount, status: z.string() })
  .transform(({ amount_paid: amountPaid, ...rest }): GatewayOrder => ({ ...rest, amountPaid }));
const payment = z
  .object({
    id: z.string(),
    order_id: z.string(),
    amount,
    amount_refunded: amount,
    currency: z.string(),
    status: z.string(),
    token_id: z.string().nullish(),
    error_reason: gatewayReason.nullish(),
  })
  .transform(
    ({ order_id, amount_refunded, token_id, error_reason, ...rest }): GatewayPayment => ({
      ...rest,
      orderId: order_id,
      amountRefunded: amount_refunded,
      tokenId: token_id ?? undefined,
      reason: error_reason ?? undefined,
    }),
  );
const refund = z
  .object({ id: z.string(), payment_id: z.string(), amount, status: z.string() })
  .transform(({ payment_id: paymentId, ...rest }): GatewayRefund => ({ ...rest, paymentId }));
const settlementLine = z
  .object({
    type: z.string(),
    entity_id: z.string(),
    settlement_id: z.string().nullable(),
    order_id: z.string().nullish(),
    amount,
    currency: z.string(),
    credit: amount,
    debit: amount,
    fee: amount,
  })
  .transform(({ entity_id: entityId, settlement_id: settlementId, order_id, ...rest }): SettlementLine | undefined =>
    settlementId === null ? undefined : { ...rest, entityId, settlementId, orderId: order_id ?? undefined },
  );
const customer = z.object({ id: z.string() });
const taken = z
  .object({ razorpay_payment_id: z.string() })
  .transform(({ razorpay_payment_id: paymentId }) => ({ paymentId }));
const collection = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item) }).transform(({ items }) => items);
const errorBody = z.object({ error: z.object({ description: z.string(), reason: gatewayReason.optional() }) });

const pageSize = 100;

/**
 * Orders, payments, refunds and settlements. Written out because the official client has a fixed host, no time limit,
 * and breaks on network errors. Never throws for what the provider does, and never repeats a call.
 */
export function createRazorpay({ baseUrl, keyId, keySecret, deadlineMs = 10_000 }: RazorpayOptions): Razorpay {
  const { origin, pathname } = new URL(baseUrl);
  const exchange = createExchange({ origin, connections: 16, deadlineMs });
  const prefix = `${pathname.replace(/\/$/, '')}/v1`;
  const authorization = `Basic ${Buffer.from(`${keyId}:${keySecret}`).toString('base64')}`;

  async function get<T>(path: string, schema: z.ZodType<T>): Promise<GatewayOutcome<T>> {
    return judge(await exchange.send({ method: 'GET', path: prefix + path, headers: { authorization } }), schema);
  }
  async function post<T>(path: string, body: object, schema: z.ZodType<T>, key?: string): Promise<GatewayOutcome<T>> {
    const headers = {
      authorization,
      'content-type': 'application/json',
      ...(key !== undefined && { 'x-refund-idempotency': key }),
    };
    const request = { method: 'POST', path: prefix + path, headers, body: JSON.stringify(body) } as const;
    return judge(await exchange.send(request), schema);
  }

  return {
    createOrder({ receipt, amount: value, mandate }) {
      const terms = mandate && {
        customer_id: mandate.customerId,
        token: { max_amount: mandate.maxAmount, frequency: 'as_presented' },
      };
      return post('/orders', { amount: value, currency: 'INR', receipt, ...terms }, order);
    },
    async findOrderByReceipt(receipt) {
      const found = await get(`/orders?${new URLSearchParams({ receipt }).toString()}`, collection(order));
      // Razorpay does not keep receipts apart, so two creations in doubt make two orders: the oldest is the order.
      return found.kind === 'ok' ? { kind: 'ok', value: found.value.at(-1) } : found;
    },
    getOrder: (orderId) => get(`/orders/${orderId}`, order),
    listOrderPayments: (orderId) => get(`/orders/${orderId}/payments?count=${pageSize}`, collection(payment)),
    getPayment: (paymentId) => get(`/payments/${paymentId}`, payment),
    refund: ({ paymentId, amount: value, key, receipt = key.slice(0, 40) }) =>
      post(`/payments/${paymentId}/refund`, { amount: value, receipt }, refund, key),
    getRefund: (refundId) => get(`/refunds/${refundId}`, refund),
    createCustomer: ({ name, email, phone: contact }) =>
      post('/customers', { name, email, contact, fail_existing: '0' }, customer),
    chargeToken({ orderId: order_id, amount: value, customerId: customer_id, tokenId: token, email, phone: contact }) {
      const about = { amount: value, currency: 'INR', order_id, customer_id, token, recurring: '1' };
      return post('/payments/create/recurring', { ...about, email, contact }, taken);
    },
    async deleteToken({ customerId, tokenId }) {
      const path = `${prefix}/customers/${customerId}/tokens/${tokenId}`;
      return judge(await exchange.send({ method: 'DELETE', path, headers: { authorization } }), z.object({}));
    },
    async listSettlementLines(day) {
      const [year = '', month = '', date = ''] = day.split('-');
      const lines: SettlementLine[] = [];
      for (let skip = 0; ; skip += pageSize) {
        const query = new URLSearchParams({ year, month, day: date, count: String(pageSize), skip: String(skip) });
        const page = await get(`/settlements/recon/combined?${query.toString()}`, collection(settlementLine));
        if (page.kind !== 'ok') return page;
        lines.push(...page.value.filter((line) => line !== undefined));
        if (page.value.length < pageSize) return { kind: 'ok', value: lines };
      }
    },
    close: () => exchange.close(),
  };
}

function judge<T>(outcome: ExchangeOutcome, schema: z.ZodType<T>): GatewayOutcome<T> {
  if (outcome.kind === 'not_sent') return { kind: 'retry', code: 'not_sent' };
  if (outcome.kind === 'unknown') return { kind: 'unknown', reason: outcome.reason };
  const { status, headers, body } = outcome;
  const json = parseJson(body);
  if (status === 200) {
    const value = schema.safeParse(json);
    return value.success ? { kind: 'ok', value: value.data } : { kind: 'unknown', reason: 'unreadable_answer' };
  }
  const error = errorBody.safeParse(json);
  if (!error.success || status >= 500) return { kind: 'unknown', reason: `status_${status}` };
  // 409: an earlier call with the same key is still being worked on.
  if (status === 429 || status === 409) {
    const waitMs = retryAfterMs(headers);
    return { kind: 'retry', code: `status_${status}`, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
  }
  const { description, reason = '' } = error.data.error;
  return { kind: 'refused', status, reason, description };
}
