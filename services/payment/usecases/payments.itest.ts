import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createFieldCipher, type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { type ApplyWebhooks, createWebhookEvents, oneByOne, type WebhookEvents } from '@doffers/webhooks';
import fc from 'fast-check';
import { parseRazorpayEvent } from '../clients/razorpay-webhook.ts';
import type { Payment } from '../domain/payment.ts';
import type { Topup } from '../domain/topup.ts';
import { createBooks } from '../repositories/books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { applyRazorpayEvent } from './apply-razorpay-event.ts';

const now = () => new Date('2026-11-23T06:05:00Z');
const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');

describe('payments, from the stored report to the balance', () => {
  let db: Database;
  let close: () => Promise<void>;
  let events: WebhookEvents;
  before(async () => {
    ({ db, close } = await paymentDatabase('payments'));
    events = createWebhookEvents({ db, cipher: createFieldCipher({ dataKey: key(1), indexKey: key(2) }) });
  });
  after(() => close());

  const apply = oneByOne(async (tx, body) => {
    const deps = {
      books: createBooks(tx),
      parse: parseRazorpayEvent,
      advanceTerms: async () => advanceTerms(),
      newId,
      now,
    };
    return [await applyRazorpayEvent(deps, body)];
  });
  const drain = async (work: ApplyWebhooks = apply) => {
    const outcomes: string[] = [];
    for (let step = await events.applyNext(work); step.kind !== 'none'; step = await events.applyNext(work)) {
      if (step.kind === 'applied') outcomes.push(...step.outcomes);
    }
    return outcomes;
  };
  const topUp = async (amount = 5_000_00, shopId = newId()): Promise<Topup> => {
    const { topups, wallets } = createBooks(db.manager);
    await wallets.open(shopId);
    const topup = aTopup({ id: newId(), shopId, amount: paise(amount), orderId: undefined });
    await topups.createOnce({ shopId, requestId: topup.id, amount: topup.amount }, topup);
    return topups.setOrder(topup.id, `order_${topup.id}`);
  };
  const paymentFor = ({ id, orderId = '', amount }: Topup, changes: Partial<Payment> = {}): Payment => ({
    id: `pay_${id}`,
    orderId,
    amount,
    currency: 'INR',
    ...changes,
  });
  /** Stores one report of a payment; no two bodies are alike. */
  const report = ({ id, orderId, amount, currency }: Payment, name = 'payment.captured') => {
    const entity = { id, order_id: orderId, amount, currency };
    const body = { entity: 'event', event: name, payload: { payment: { entity } }, nonce: newId() };
    return events.store(Buffer.from(JSON.stringify(body)));
  };
  const postedOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.postedCash;
  const putOffNothing = () => db.query('UPDATE webhook_event SET next_attempt_at = received_at');

  it('credit once when one payment is reported fifty times at once and applied by many', async () => {
    const topup = await topUp();
    await Promise.all(Array.from({ length: 50 }, () => report(paymentFor(topup))));
    const outcomes = (await Promise.all([drain(), drain(), drain(), drain()])).flat();
    assert.equal(outcomes.filter((outcome) => outcome === 'credited').length, 1);
    assert.equal(outcomes.filter((outcome) => outcome === 'known').length, 49);
    assert.equal(await postedOf(topup.shopId), 5_000_00);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('leave nothing behind of an attempt that died half-way, and are credited by the next', async () => {
    const topup = await topUp();
    await report(paymentFor(topup));
    const dieAfterwards: ApplyWebhooks = async (tx, bodies) => {
      await apply(tx, bodies);
      throw new Error('killed before commit');
    };
    assert.equal((await events.applyNext(dieAfterwards)).kind, 'failed');
    assert.equal(await postedOf(topup.shopId), 0);
    assert.equal((await createBooks(db.manager).topups.find(topup.id))?.payment, undefined);
    assert.deepEqual(await auditOf(db), cleanAudit);
    await putOffNothing();
    assert.deepEqual(await drain(), ['credited']);
    assert.equal(await postedOf(topup.shopId), 5_000_00);
  });

  it('credit many top-ups of one wallet that are paid at the same moment, each exactly', async () => {
    const shopId = newId();
    const topups = await Promise.all(Array.from({ length: 20 }, (_, n) => topUp(100_00 + n, shopId)));
    await Promise.all(topups.map((topup) => report(paymentFor(topup))));
    await Promise.all([drain(), drain(), drain(), drain()]);
    assert.equal(await postedOf(shopId), 20 * 100_00 + 190);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('record each break once, with the payment that caused it', async () => {
    const topup = await topUp();
    const cheap = paymentFor(topup, { id: `pay_cheap_${topup.id}`, amount: paise(1) });
    await report(cheap);
    await report(cheap, 'order.paid');
    assert.deepEqual(await drain(), ['amount_mismatch', 'amount_mismatch']);
    const breaks = await db.query('SELECT kind, details FROM recon_break WHERE reference = ?', [cheap.id]);
    assert.equal(breaks.length, 1);
    assert.deepEqual(JSON.parse(breaks[0].details).amount, 1);
    assert.equal(await postedOf(topup.shopId), 0);
  });

  it('keep the books exact after whatever is reported in whatever order, with crashes in between', async () => {
    const reports = fc.record({
      topup: fc.nat(2),
      twist: fc.constantFrom('as asked', 'again', 'other amount', 'second payment', 'unknown order', 'dollars'),
      crash: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(reports, { minLength: 1, maxLength: 12 }), async (sequence) => {
        const shopId = newId();
        const topups = [await topUp(100_00, shopId), await topUp(200_00, shopId), await topUp(300_01, shopId)];
        const paid = new Set<number>();
        for (const [n, { topup: index, twist, crash }] of sequence.entries()) {
          const topup = topups[index];
          assert.ok(topup);
          const twisted = {
            'as asked': {},
            again: {},
            'other amount': { id: `pay_x_${n}_${topup.id}`, amount: paise(topup.amount + 1) },
            'second payment': { id: `pay_y_${n}_${topup.id}` },
            'unknown order': { id: `pay_z_${n}_${topup.id}`, orderId: 'order_of_nobody' },
            dollars: { id: `pay_d_${n}_${topup.id}`, currency: 'USD' },
          }[twist];
          if (twist === 'as asked' || twist === 'again' || twist === 'second payment') paid.add(index);
          await report(paymentFor(topup, twisted), n % 2 === 0 ? 'payment.captured' : 'order.paid');
          if (crash) {
            await events.applyNext(async (tx, bodies) => {
              await apply(tx, bodies);
              throw new Error('killed before commit');
            });
            await putOffNothing();
          }
          if (n % 3 === 0) await drain();
        }
        await drain();
        const owed = topups.filter((_, index) => paid.has(index)).reduce((sum, { amount }) => sum + amount, 0);
        assert.equal(await postedOf(shopId), owed);
        assert.deepEqual(await auditOf(db), cleanAudit);
      }),
      { numRuns: 25, endOnFailure: true },
    );
    const [{ credits, journals }] = await db.query(
      "SELECT (SELECT COUNT(*) FROM topup WHERE credited_at IS NOT NULL) AS credits, (SELECT COUNT(*) FROM journal WHERE kind = 'topup') AS journals",
    );
    assert.equal(Number(credits), Number(journals), 'one journal for each credited top-up, and no other');
  });

  it('are audited by something that can fail', async () => {
    await db.query('UPDATE wallet SET posted_cash_paise = posted_cash_paise + 1 LIMIT 1');
    assert.equal((await auditOf(db)).drifted.length, 2);
  });
});
