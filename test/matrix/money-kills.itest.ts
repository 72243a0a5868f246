import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, testServers } from '@doffers/testkit';
import { stackAt } from '../../scripts/stack/stack.ts';
import { seedCustomers } from '../e2e/campaign-steps.ts';
import { admin, openShop, type Shopkeeper } from '../e2e/people.ts';
import { takenFor } from '../e2e/razorpay.ts';
import { reconcileThrough } from '../e2e/reconcile.ts';
import { askDatabases } from '../faults/ask-database.ts';
import { type Spending, spend } from '../faults/busy-shop.ts';
import { killAndAwait } from '../faults/kill.ts';
import { persist } from '../faults/persist.ts';

const stack = stackAt(testServers().stack.offset);
const victims = ['payment', 'worker-activity', 'mariadb', 'worker-workflow'];
const kills = 32;
const atOnce = 4;
/** Between two kills, so that something gets done. */
const calmMs = 1_500;
const patience = { timeoutMs: 600_000, everyMs: 1_000 };

before(() => seedCustomers(2_000));

it('top-ups, packs, renewals and campaigns through 32 kills: no break, no gap, nothing charged twice', async (test) => {
  const databases = askDatabases();
  const office = await admin({ secondFactor: true });
  const over = new AbortController();
  const spendings: { readonly owner: Shopkeeper; readonly spending: Spending }[] = [];
  try {
    const shopping = async () => {
      while (!over.signal.aborted) {
        // Whoever registers a shop while MariaDB is away tries again; no money moves here.
        const owner = await eventually(() => openShop(), patience);
        spendings.push({ owner, spending: await spend(owner, office) });
      }
    };
    const killing = (async () => {
      for (let n = 0; n < kills; n += 1) {
        await killAndAwait(stack, victims[n % victims.length] ?? '');
        await sleep(calmMs);
      }
      over.abort();
    })();
    await Promise.all([killing, ...Array.from({ length: atOnce }, shopping)]);
    test.diagnostic(`${spendings.length} shops spent through ${kills} kills`);
    assert.ok(spendings.length >= atOnce);

    await assertNothingWaits();
    assert.deepEqual(await breaksFound(), []);
    assert.deepEqual(await gaps(), []);
    for (const { spending } of spendings) {
      for (const orderId of spending.orders) {
        await eventually(async () => assert.equal((await takenFor(orderId)).payments, 1, `order ${orderId}`), patience);
      }
    }
  } finally {
    over.abort();
    await databases.close();
  }

  /** Announcements are delivered and documents are drawn, so everything that was started has ended. */
  async function assertNothingWaits(): Promise<void> {
    await eventually(async () => {
      const [row] = await databases.ask<{ events: number; documents: number }>(
        `SELECT (SELECT COUNT(*) FROM payment_db.outbox WHERE delivered_at IS NULL) AS events,
                (SELECT COUNT(*) FROM payment_db.invoice i LEFT JOIN payment_db.invoice_pdf p ON p.invoice_id = i.id WHERE p.invoice_id IS NULL) AS documents`,
      );
      assert.deepEqual([row?.events, row?.documents], [0, 0]);
    }, patience);
  }

  /** A run goes on where the one before ran out of time. */
  async function breaksFound(): Promise<unknown> {
    const api = await admin({ secondFactor: true });
    const run = (skippedChecks: readonly string[]) =>
      persist(() => api.post('/v1/admin/reconciliations:run', { body: { skippedChecks } }));
    // A check may still fail for what the kills have left behind.
    await eventually(() => reconcileThrough(run), patience);
    return (await persist(() => api.get('/v1/admin/reconciliation-breaks'))).breaks ?? [];
  }

  /** Series that do not have exactly the numbers from 1 to the last. */
  async function gaps(): Promise<unknown[]> {
    return databases.ask(
      `SELECT s.kind, s.financial_year, s.last_serial, COUNT(i.id) AS documents
         FROM payment_db.invoice_series s LEFT JOIN payment_db.invoice i
           ON i.supplier_gstin = s.supplier_gstin AND i.kind = s.kind AND i.financial_year = s.financial_year
        GROUP BY s.supplier_gstin, s.kind, s.financial_year, s.last_serial
       HAVING COUNT(i.id) <> s.last_serial OR MAX(i.serial) <> s.last_serial`,
    );
  }
});
