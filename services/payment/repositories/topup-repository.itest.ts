import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { paymentDatabase } from '../test/payment-database.ts';
import { aTopup } from '../test/topups.ts';
import { createBooks } from './books.ts';

describe('top-ups', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('topup')));
  after(() => close());

  const books = () => createBooks(db.manager);
  const open = async (shopId = newId(), requestId = 'r1') => {
    await books().wallets.open(shopId);
    const topup = aTopup({ id: newId(), shopId, orderId: undefined });
    return books().topups.createOnce({ shopId, requestId, amount: topup.amount }, topup);
  };

  it('come back as they were stored', async () => {
    const topup = await open();
    assert.deepEqual(await books().topups.find(topup.id), topup);
    assert.equal(await books().topups.find(newId()), undefined);
  });

  it('are stored once for fifty parallel calls with the same request id', async () => {
    const shopId = newId();
    const topups = await Promise.all(Array.from({ length: 50 }, () => open(shopId)));
    assert.equal(new Set(topups.map(({ id }) => id)).size, 1);
    assert.notEqual((await open(shopId, 'r2')).id, topups[0]?.id);
    assert.notEqual((await open(newId())).id, topups[0]?.id, 'request ids of two shops never meet');
  });

  it('refuse a request id that comes back with another amount', async () => {
    const { shopId } = await open();
    const other = { shopId, requestId: 'r1', amount: paise(1_000_00) };
    const stored = books().topups.createOnce(other, aTopup({ id: newId(), shopId, amount: other.amount }));
    await assert.rejects(stored, { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('keep their first order when two repetitions have each made one', async () => {
    const { id } = await open();
    const orders = ['order_a', 'order_b'].map((order) => `${order}_${id}`);
    const answers = await Promise.all(orders.map((order) => books().topups.setOrder(id, order)));
    assert.equal(new Set(answers.map(({ orderId }) => orderId)).size, 1);
    const kept = answers[0]?.orderId ?? '';
    const topupOf = (order: string) => transaction(db, (tx) => createBooks(tx).topups.lockByOrder(order));
    assert.equal((await topupOf(kept))?.id, id);
    assert.equal(await topupOf(orders.find((order) => order !== kept) ?? ''), undefined);
  });

  it('remember the payment that was credited, and no other after it', async () => {
    const { id } = await open();
    const creditedAt = new Date('2026-11-23T06:05:00.123Z');
    await books().topups.setCredited(id, { id: `pay_1_${id}`, creditedAt });
    await books().topups.setCredited(id, { id: `pay_2_${id}`, creditedAt });
    assert.deepEqual((await books().topups.find(id))?.payment, { id: `pay_1_${id}`, creditedAt });
  });
});
