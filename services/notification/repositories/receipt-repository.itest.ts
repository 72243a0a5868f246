import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, transaction } from '@doffers/database';
import type { OwnReceipt } from '../domain/receipt.ts';
import { notificationDatabase } from '../test/notification-database.ts';
import { aReceipt } from '../test/receipts.ts';
import { createReceiptRepository } from './receipt-repository.ts';

const at = new Date('2026-11-23T06:00:00Z');

describe('receipts', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await notificationDatabase('receipts')));
  after(() => close());

  const add = (...receipts: OwnReceipt[]) => transaction(db, (tx) => createReceiptRepository(tx).add(receipts, at));
  const rankOf = async (wamid: string) =>
    (await db.query('SELECT MAX(status_rank) AS status FROM receipt WHERE wamid = ?', [wamid]))[0].status;

  it('are kept once for each status of a message, also within one call and among parallel ones', async () => {
    const receipts = (['sent', 'delivered', 'delivered'] as const).map((status) => aReceipt({ wamid: 'once', status }));
    assert.equal((await add(...receipts)).length, 2);
    assert.deepEqual(await add(...receipts), []);
    await Promise.all(Array.from({ length: 20 }, () => add(aReceipt({ wamid: 'raced' }))));
    const [{ stored }] = await db.query('SELECT COUNT(*) AS stored FROM receipt');
    assert.equal(Number(stored), 3);
  });

  it('only ever raise the status of a message, in whatever order they come', async () => {
    const orders = [
      ['read', 'delivered', 'sent'],
      ['sent', 'read', 'delivered'],
      ['delivered', 'failed', 'sent', 'read'],
    ] as const;
    for (const [n, statuses] of orders.entries()) {
      let highest = 0;
      for (const status of statuses) {
        await add(aReceipt({ wamid: `order-${n}`, status }));
        const rank = await rankOf(`order-${n}`);
        assert.ok(rank >= highest);
        highest = rank;
      }
      assert.equal(highest, 50);
    }
  });

  it('of a failure keep its code', async () => {
    await add(aReceipt({ wamid: 'failed', status: 'failed', errorCode: 131026 }));
    const [row] = await db.query("SELECT error_code, delivery_id FROM receipt WHERE wamid = 'failed'");
    assert.deepEqual({ ...row }, { error_code: 131026, delivery_id: aReceipt().deliveryId });
  });

  it('of nothing are nothing', async () => {
    assert.deepEqual(await add(), []);
  });
});
