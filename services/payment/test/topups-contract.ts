import assert from 'node:assert/strict';
import { it } from 'node:test';
import { newId } from '@doffers/database';
import { paise } from '@doffers/money';
import type { Books } from '../repositories/books.ts';
import { aTopup } from './topups.ts';

/**
 * What use cases may expect of top-ups, run on the real ones and on the fake: a fake that promises more than MariaDB
 * would prove nothing. `inTransaction` gives the books within one transaction.
 */
export function topupsContract(
  inTransaction: <T>(work: (books: Pick<Books, 'wallets' | 'topups'>) => Promise<T>) => Promise<T>,
): void {
  const open = (shopId = newId(), requestId = 'r1') =>
    inTransaction(async ({ topups, wallets }) => {
      await wallets.open(shopId);
      const topup = aTopup({ id: newId(), shopId, orderId: undefined });
      return topups.createOnce({ shopId, requestId, amount: topup.amount }, topup);
    });
  const find = (id: string) => inTransaction(({ topups }) => topups.find(id));
  const byOrder = (orderId: string) => inTransaction(({ topups }) => topups.lockByOrder(orderId));

  it('come back as they were stored', async () => {
    const topup = await open();
    assert.deepEqual(await find(topup.id), topup);
    assert.equal(await find(newId()), undefined);
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
    const stored = inTransaction(({ topups }) =>
      topups.createOnce(other, aTopup({ id: newId(), shopId, amount: other.amount })),
    );
    await assert.rejects(stored, { code: 'already_exists', reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('keep their first order when two repetitions have each made one', async () => {
    const { id } = await open();
    const orders = ['a', 'b'].map((letter) => `order_${letter}_${id}`);
    const answers = await Promise.all(orders.map((order) => inTransaction(({ topups }) => topups.setOrder(id, order))));
    assert.equal(new Set(answers.map(({ orderId }) => orderId)).size, 1);
    const kept = answers[0]?.orderId ?? '';
    assert.equal((await byOrder(kept))?.id, id);
    assert.equal(await byOrder(orders.find((order) => order !== kept) ?? ''), undefined);
  });

  it('have one open checkout for each shop, however many are opened at once', async () => {
    const shopId = newId();
    const now = new Date('2026-11-23T06:10:00Z');
    const opened = await Promise.all(['r1', 'r2', 'r3'].map((request) => open(shopId, request)));
    const [latest] = opened;
    await inTransaction(({ topups }) => topups.expireOthers(shopId, latest?.id ?? '', now));
    const found = await Promise.all(opened.map(({ id }) => find(id)));
    assert.deepEqual(
      found.map((topup) => topup !== undefined && topup.expiresAt > now),
      [true, false, false],
    );
  });

  it('remember why the last payment was declined, until one is credited', async () => {
    const { id } = await open();
    await inTransaction(({ topups }) => topups.setOrder(id, `order_${id}`));
    const note = (order: string) => inTransaction(({ topups }) => topups.noteFailure(order, 'payment_declined'));
    assert.deepEqual([await note(`order_${id}`), await note('order_none')], [true, false]);
    assert.equal((await find(id))?.lastFailure, 'payment_declined');
    const payment = { id: `pay_${id}`, creditedAt: new Date('2026-11-23T06:05:00.123Z') };
    await inTransaction(({ topups }) => topups.setCredited(id, payment));
    assert.equal(await note(`order_${id}`), false);
    assert.equal((await find(id))?.lastFailure, undefined);
  });

  it('remember the payment that was credited, and no other after it', async () => {
    const { id } = await open();
    const creditedAt = new Date('2026-11-23T06:05:00.123Z');
    for (const payment of [`pay_1_${id}`, `pay_2_${id}`]) {
      await inTransaction(({ topups }) => topups.setCredited(id, { id: payment, creditedAt }));
    }
    assert.deepEqual((await find(id))?.payment, { id: `pay_1_${id}`, creditedAt });
  });
}
