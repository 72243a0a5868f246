import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise, sumPaise } from '@doffers/money';
import type { GatewayPayment } from '../clients/razorpay.ts';
import type { RefundState } from '../domain/refund.ts';
import type { Topup } from '../domain/topup.ts';
import { type Books, createBooks } from '../repositories/books.ts';
import { aShopAccess, supplier } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { applyPayment } from './apply-payment.ts';
import { listRefunds } from './list-refunds.ts';
import { refundPayment } from './refund-payment.ts';
import { refundTopup } from './refund-topup.ts';
import { closeRefund, sendRefund, syncRefund } from './send-refund.ts';
import { syncTopup } from './sync-topup.ts';

const now = () => new Date('2026-11-23T06:05:00Z');
const owner = { userId: aShopAccess().ownerId, admin: false };

/** A gateway that keeps one refund per key, as the real one does, and can lose its answers. */
function aGateway() {
  const payments = new Map<string, GatewayPayment>();
  const refunds = new Map<string, { id: string; state: RefundState }>();
  const gateway = { answers: 'processed' as RefundState, losesAnswer: false, refuses: false };
  return {
    ...gateway,
    payments,
    refunds,
    findOrderByReceipt: async (receipt: string) =>
      [...payments.values()].some(({ orderId }) => orderId === `order_${receipt}`)
        ? { id: `order_${receipt}` }
        : undefined,
    listOrderPayments: async (orderId: string) =>
      [...payments.values()].filter((payment) => payment.orderId === orderId),
    getPayment: async (id: string) => payments.get(id),
    async refund({ key }: { key: string }) {
      if (this.refuses) throw new DomainError('failed_precondition', 'REFUND_REFUSED', 'no');
      const made = refunds.get(key) ?? { id: `rfnd_${key}`, state: this.answers };
      refunds.set(key, made);
      if (this.losesAnswer) throw new DomainError('unavailable', 'GATEWAY_UNAVAILABLE', 'cut');
      return made;
    },
    async getRefund(id: string) {
      return { id, state: this.answers };
    },
  };
}

describe('refunds', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('refunds')));
  after(() => close());

  const depsOf = (gateway = aGateway()) => ({
    books: createBooks(db.manager),
    inTransaction: <T>(work: (books: Books) => Promise<T>) => transaction(db, (tx) => work(createBooks(tx))),
    gateway,
    shopAccess: async (shopId: string) => aShopAccess({ shopId }),
    supplier,
    advanceTerms: async () => advanceTerms(),
    newId,
    now,
  });
  const apply = (payment: Parameters<typeof applyPayment>[1], die = false) =>
    transaction(db, async (tx) => {
      const outcome = await applyPayment({ ...depsOf(), books: createBooks(tx) }, payment);
      if (die) throw new Error('killed before commit');
      return outcome;
    });
  const paymentOf = ({ id, amount }: Topup, changes: Partial<GatewayPayment> = {}): GatewayPayment => ({
    id: `pay_${id}`,
    orderId: `order_${id}`,
    amount,
    amountRefunded: paise(0),
    currency: 'INR',
    status: 'captured',
    tokenId: undefined,
    reason: undefined,
    ...changes,
  });
  const open = async (ordered = true, shopId = newId()): Promise<Topup> => {
    const { topups, wallets } = createBooks(db.manager);
    await wallets.open(shopId);
    const topup = aTopup({ id: newId(), shopId, orderId: undefined });
    await topups.createOnce({ shopId, requestId: topup.id, amount: topup.amount }, topup);
    return ordered ? topups.setOrder(topup.id, `order_${topup.id}`) : topup;
  };
  const credited = async () => {
    const topup = await open();
    await apply(paymentOf(topup));
    return topup;
  };
  const cashOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.postedCash;
  const balanceOf = async (code: string) => {
    const [row] = await db.query(
      `SELECT COALESCE(SUM(e.debit_paise - e.credit_paise), 0) AS balance
         FROM ledger_account a JOIN entry e ON e.account_id = a.id WHERE a.code = ?`,
      [code],
    );
    return Number(row.balance);
  };
  const refundsOf = ({ shopId }: Topup) => listRefunds(depsOf(), owner, { shopId, limit: 10, after: undefined });
  const vouchersOf = async ({ id }: Topup) => {
    const { invoices } = createBooks(db.manager);
    const receipt = await invoices.findBySource(`topup/${id}`);
    return receipt === undefined ? [] : invoices.listByOriginal(receipt.id);
  };
  const refundIdOf = async (topup: Topup) => (await refundsOf(topup))[0]?.id ?? assert.fail('no refund');
  const outboxOf = (refundId = ''): Promise<{ topic: string }[]> =>
    db.query('SELECT topic FROM outbox WHERE ordering_key = ? ORDER BY id', [refundId]);

  it('send a second payment back, once, after a death before the commit and any number of reports', async () => {
    const topup = await credited();
    const second = paymentOf(topup, { id: `pay_2_${topup.id}` });
    await assert.rejects(apply(second, true));
    assert.deepEqual(await refundsOf(topup), []);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => apply(second)));
    assert.equal(outcomes.filter((outcome) => outcome === 'second_payment').length, 1);
    const [refund, ...others] = await refundsOf(topup);
    assert.deepEqual([refund?.paymentId, refund?.amount, others], [second.id, topup.amount, []]);
    assert.deepEqual(await outboxOf(refund?.id), [{ topic: 'refund.requested' }]);
    assert.equal(await cashOf(topup.shopId), topup.amount);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are made once at the gateway when its answer is lost, and booked when it is known', async () => {
    const topup = await credited();
    await apply(paymentOf(topup, { id: `pay_2_${topup.id}` }));
    const refundId = await refundIdOf(topup);
    const gateway = aGateway();
    const payable = await balanceOf('REFUND_PAYABLE');
    gateway.losesAnswer = true;
    const deps = depsOf(gateway);
    for (let n = 0; n < 3; n++) {
      await assert.rejects(sendRefund(deps, { refundId, attempt: 1 }), { reason: 'GATEWAY_UNAVAILABLE' });
    }
    gateway.losesAnswer = false;
    await Promise.all(Array.from({ length: 10 }, () => sendRefund(deps, { refundId, attempt: 1 })));
    assert.equal(gateway.refunds.size, 1);
    assert.equal((await refundsOf(topup))[0]?.state, 'processed');
    assert.equal(await balanceOf('REFUND_PAYABLE'), payable + topup.amount);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that the bank turns down are asked for again only under the next attempt', async () => {
    const topup = await credited();
    await apply(paymentOf(topup, { id: `pay_2_${topup.id}` }));
    const refundId = await refundIdOf(topup);
    const gateway = aGateway();
    gateway.answers = 'requested';
    const deps = depsOf(gateway);
    assert.equal((await sendRefund(deps, { refundId, attempt: 1 })).state, 'requested');
    assert.equal((await sendRefund(deps, { refundId, attempt: 2 })).attempt, 1, 'the first is still under way');
    gateway.answers = 'failed';
    assert.equal((await syncRefund(deps, refundId)).state, 'failed');
    assert.equal((await sendRefund(deps, { refundId, attempt: 1 })).state, 'failed');
    gateway.answers = 'processed';
    assert.equal((await sendRefund(deps, { refundId, attempt: 2 })).state, 'processed');
    assert.equal((await sendRefund(deps, { refundId, attempt: 3 })).attempt, 2);
    assert.deepEqual([...gateway.refunds.keys()], [`refund-${refundId}-1`, `refund-${refundId}-2`]);
  });

  it('that the gateway refuses can be closed by hand', async () => {
    const topup = await credited();
    await apply(paymentOf(topup, { id: `pay_2_${topup.id}` }));
    const refundId = await refundIdOf(topup);
    const gateway = aGateway();
    gateway.refuses = true;
    await assert.rejects(sendRefund(depsOf(gateway), { refundId, attempt: 1 }), { reason: 'REFUND_REFUSED' });
    for (let n = 0; n < 2; n++) assert.equal((await closeRefund(depsOf(), refundId)).state, 'processed');
    const paid = await db.query('SELECT 1 FROM journal WHERE idempotency_key = ?', [`refund/${refundId}/paid`]);
    assert.equal(paid.length, 1);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('of unused credit take it from the wallet once, up to the top-up and to what is there', async () => {
    const topup = await credited();
    const ask = (amount: number, requestId: string = newId()) =>
      refundTopup(depsOf(), { topupId: topup.id, requestId, amount: paise(amount) });
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(1_000_00, 'r1')));
    assert.equal(new Set(asked.map(({ id }) => id)).size, 1);
    assert.equal(await cashOf(topup.shopId), 4_000_00);
    await assert.rejects(ask(2_000_00, 'r1'), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(ask(4_000_01), { reason: 'REFUND_EXCEEDS_TOPUP' });
    const { wallets } = createBooks(db.manager);
    await wallets.change(topup.shopId, { heldCash: paise(3_500_00) }, now());
    await assert.rejects(ask(500_01), { reason: 'REFUND_EXCEEDS_BALANCE' });
    assert.equal((await refundsOf(topup)).length, 1, 'what was refused leaves nothing');
    assert.equal((await vouchersOf(topup)).length, 1, 'no voucher either');
    await wallets.change(topup.shopId, { heldCash: paise(-3_500_00) }, now());
    const many = await Promise.allSettled(Array.from({ length: 10 }, () => ask(1_000_00)));
    assert.equal(many.filter(({ status }) => status === 'fulfilled').length, 4);
    const vouchers = await vouchersOf(topup);
    const receipt = await createBooks(db.manager).invoices.findBySource(`topup/${topup.id}`);
    assert.deepEqual(
      vouchers.map(({ kind, total, original }) => [kind, total, original?.number]),
      Array.from({ length: 5 }, () => ['refund_voucher', 1_000_00, receipt?.number]),
    );
    assert.equal(sumPaise(vouchers.map(({ taxable }) => taxable)), receipt?.taxable, 'the receipt is used up');
    const drawn = await outboxOf(vouchers[0]?.id);
    assert.deepEqual(drawn, [{ topic: 'document.issued' }]);
    assert.equal(await cashOf(topup.shopId), 0);
    assert.deepEqual(await auditOf(db), cleanAudit);
    const unpaid = { topupId: (await open()).id, requestId: 'r', amount: paise(100) };
    await assert.rejects(refundTopup(depsOf(), unpaid), { reason: 'TOPUP_NOT_CREDITED' });
    await assert.rejects(refundTopup(depsOf(), { ...unpaid, topupId: newId() }), { reason: 'TOPUP_NOT_FOUND' });
  });

  it('state on their voucher the tax that the ledger gave back, whatever vouchers there are', async () => {
    const topup = await credited();
    const first = { topupId: topup.id, requestId: 'r1', amount: paise(1_000_00) };
    const { source: _source, ...refund } = await refundTopup(depsOf(), first);
    // One that counts for the tax and has no voucher, as a correction by hand may leave.
    const byHand = { ...refund, id: newId(), source: `topup/${topup.id}/by-hand`, amount: paise(1_00) };
    await createBooks(db.manager).refunds.createOnce(byHand);
    const { taxes } = await refundTopup(depsOf(), { ...first, requestId: 'r2' });
    const [before, after] = await vouchersOf(topup);
    assert.deepEqual([before?.taxes.igst, after?.taxes], [152_54, { ...taxes, igst: paise(152_55) }]);
  });

  it('are refused where topping up was the sale of ad credits, and leave the wallet as it is', async () => {
    const topup = await credited();
    const sale = { ...depsOf(), advanceTerms: async () => advanceTerms({ timing: 'INVOICE_AT_TOPUP' as const }) };
    const asked = { topupId: topup.id, requestId: 'r1', amount: paise(1_000_00) };
    await assert.rejects(refundTopup(sale, asked), { code: 'failed_precondition', reason: 'NOT_AN_ADVANCE' });
    assert.equal(await cashOf(topup.shopId), topup.amount);
    assert.deepEqual(await refundsOf(topup), []);
  });

  it('of parked payments are worth what the gateway says, and never of a credited one', async () => {
    const topup = await credited();
    const gateway = aGateway();
    const parked = paymentOf(topup, { id: `pay_x_${topup.id}`, orderId: 'order_of_nobody', amount: paise(77_00) });
    for (const payment of [parked, paymentOf(topup), paymentOf(topup, { id: 'pay_gone', status: 'refunded' })]) {
      gateway.payments.set(payment.id, payment);
    }
    const sent = await Promise.all(Array.from({ length: 5 }, () => refundPayment(depsOf(gateway), parked.id)));
    assert.equal(new Set(sent.map(({ id }) => id)).size, 1);
    assert.deepEqual([sent[0]?.amount, sent[0]?.shopId, sent[0]?.purpose], [77_00, undefined, 'parked_payment']);
    for (const id of [paymentOf(topup).id, 'pay_gone']) {
      await assert.rejects(refundPayment(depsOf(gateway), id), { reason: 'PAYMENT_NOT_REFUNDABLE' });
    }
    await assert.rejects(refundPayment(depsOf(gateway), 'pay_none'), { reason: 'PAYMENT_NOT_FOUND' });
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are needed for the second of two payments that only a poll has found', async () => {
    const topup = await open(false);
    const gateway = aGateway();
    assert.equal((await syncTopup(depsOf(gateway), topup.id)).orderId, undefined, 'an order that was never made');
    const declined = paymentOf(topup, { id: `pay_0_${topup.id}`, status: 'failed' });
    for (const payment of [declined, paymentOf(topup), paymentOf(topup, { id: `pay_2_${topup.id}` })]) {
      gateway.payments.set(payment.id, payment);
    }
    for (let n = 0; n < 3; n++) await syncTopup(depsOf(gateway), topup.id);
    assert.equal(await cashOf(topup.shopId), topup.amount);
    assert.equal((await refundsOf(topup)).length, 1);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });
});
