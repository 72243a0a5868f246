import { respond, type Turn } from '../faults/turn.ts';
import { badRequest } from './errors.ts';
import type { Ledger } from './ledger.ts';
import { listReply } from './replies.ts';

const istOffsetMs = 5.5 * 3_600_000;

/** `GET /v1/settlements/recon/combined`: every payment and refund of a day (IST), as they reach the bank account. */
export function listRecon(turn: Turn, ledger: Ledger): void {
  const { query } = turn.incoming;
  const [year, month] = [query.get('year'), query.get('month')];
  if (!year || !month) return respond(turn, badRequest('The year and month fields are required.', { field: 'year' }));
  const day = query.get('day');
  const onDay = (createdAt: number) => {
    const date = new Date(createdAt * 1000 + istOffsetMs);
    return (
      date.getUTCFullYear() === Number(year) &&
      date.getUTCMonth() + 1 === Number(month) &&
      (!day || date.getUTCDate() === Number(day))
    );
  };
  const payments = ledger.payments().filter((payment) => payment.captured && onDay(payment.created_at));
  const refunds = ledger.refunds().filter(({ status, created_at }) => status === 'processed' && onDay(created_at));
  const items = [
    ...payments.map((payment) => ({
      ...line(payment.id, 'payment', payment.created_at),
      debit: 0,
      credit: payment.amount - payment.fee,
      amount: payment.amount,
      fee: payment.fee,
      tax: payment.tax,
      order_id: payment.order_id,
      order_receipt: ledger.order(payment.order_id)?.receipt ?? null,
      method: payment.method,
    })),
    ...refunds.map((refund) => ({
      ...line(refund.id, 'refund', refund.created_at),
      debit: refund.amount,
      credit: 0,
      amount: refund.amount,
      fee: 0,
      tax: 0,
      payment_id: refund.payment_id,
    })),
  ];
  respond(turn, listReply(items, query));
}

function line(id: string, type: 'payment' | 'refund', createdAt: number) {
  return {
    entity_id: id,
    type,
    currency: 'INR',
    on_hold: false,
    settled: true,
    created_at: createdAt,
    settled_at: createdAt + 86_400,
    settlement_id: `setl_${new Date(createdAt * 1000 + istOffsetMs).toISOString().slice(0, 10).replaceAll('-', '')}000000`,
    description: null,
    notes: null,
    posted_at: null,
    credit_type: 'default',
  };
}
