import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, idToBytes, newId } from '@doffers/database';
import { microRupees, paise } from '@doffers/money';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { expireCredit } from './expire-credit.ts';
import { grantPromo } from './grant-promo.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';
import { reverseHold } from './reverse-hold.ts';

const day = 24 * 3_600_000;
const start = new Date('2026-11-24T06:00:00Z');
const daysLater = (days: number) => new Date(start.getTime() + days * day);

describe('the lots of a wallet', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('lots')));
  after(() => close());

  const admin = { userId: newId(), admin: true };
  const depsAt = (now: Date) => ({ ...holdDeps(db), now: () => now });
  const grant = (shopId: string, amount: number, days: number, requestId = newId()) =>
    grantPromo(depsAt(start), admin, {
      shopId,
      requestId,
      amount: paise(amount),
      expiresAt: daysLater(days),
      reason: 'a welcome',
    });
  /** So many paise before tax. */
  const place = async (shopId: string, units: number, now = start) => {
    const key = `campaign/${newId()}/hold/1`;
    const lines = [{ line: 'push', description: 'Push', quantity: units, rate: microRupees(10_000) }];
    await placeHold(depsAt(now), { key, shopId, lines });
    return key;
  };
  const capture = (key: string, units: number) =>
    captureTo(holdDeps(db), { key, quantities: new Map([['push', units]]) });
  const lotsOf = async (shopId: string) => {
    const rows: { kind: string; left: string }[] = await db.query(
      `SELECT kind, remaining_paise AS \`left\` FROM credit_lot WHERE shop_id = ? ORDER BY kind DESC, expires_at, amount_paise DESC, id`,
      [idToBytes(shopId)],
    );
    return rows.map(({ kind, left }) => `${kind} ${left}`);
  };
  const walletOf = async (shopId: string, at = start) => {
    const wallet = await createBooks(db.manager).wallets.find(shopId, at);
    assert.ok(wallet);
    return wallet;
  };

  it('are used before cash, what ends first before the rest, the larger before the smaller', async () => {
    const shopId = await aFundedShop(db, 100_00);
    await grant(shopId, 10_00, 30);
    await grant(shopId, 5_00, 10);
    await grant(shopId, 20_00, 30);
    const key = await place(shopId, 50_00);
    await capture(key, 4_00);
    assert.deepEqual(await lotsOf(shopId), ['promo 100', 'promo 2000', 'promo 1000', 'paid 10000']);
    await capture(key, 20_00);
    assert.deepEqual(await lotsOf(shopId), ['promo 0', 'promo 500', 'promo 1000', 'paid 10000']);
    await capture(key, 50_00);
    assert.deepEqual(await lotsOf(shopId), ['promo 0', 'promo 0', 'promo 0', 'paid 8230'], '₹15 and its tax');
    await releaseHold(holdDeps(db), { key, shopId });
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('of two top-ups are used in the order in which they were paid in', async () => {
    const shopId = await aFundedShop(db, 10_00);
    await payIn(db, shopId, { cash: 10_00 });
    const key = await place(shopId, 10_00);
    await capture(key, 10_00);
    assert.deepEqual(await lotsOf(shopId), ['paid 0', 'paid 820']);
    await releaseHold(holdDeps(db), { key, shopId });
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that have expired cannot be held any more, and go at the next sweep', async () => {
    const shopId = newId();
    await grant(shopId, 30_00, 1);
    await grant(shopId, 5_00, 9);
    const later = daysLater(2);
    await assert.rejects(place(shopId, 6_00, later), { reason: 'INSUFFICIENT_FUNDS' });
    const key = await place(shopId, 5_00, later);
    assert.equal(await expireCredit(depsAt(later), { limit: 10 }), 1);
    assert.equal(await expireCredit(depsAt(later), { limit: 10 }), 0);
    const { postedPromo, heldPromo } = await walletOf(shopId, later);
    assert.deepEqual([postedPromo, heldPromo], [10_00, 5_00], 'the hold waits for what ended first');
    await releaseHold(holdDeps(db), { key, shopId });
    assert.equal(await expireCredit(depsAt(later), { limit: 10 }), 1);
    assert.equal((await walletOf(shopId, later)).postedPromo, 5_00);
    assert.deepEqual(await lotsOf(shopId), ['promo 0', 'promo 500']);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that were held in time are captured after they have expired', async () => {
    const shopId = newId();
    await grant(shopId, 20_00, 1);
    const key = await place(shopId, 20_00);
    assert.equal(await expireCredit(depsAt(daysLater(2)), { limit: 10 }), 0);
    await capture(key, 20_00);
    assert.equal((await walletOf(shopId)).postedPromo, 0);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are granted once for a request, and only with an end within a year', async () => {
    const shopId = newId();
    const requestId = newId();
    await Promise.all(Array.from({ length: 20 }, () => grant(shopId, 7_00, 5, requestId)));
    assert.equal((await walletOf(shopId)).postedPromo, 7_00);
    await assert.rejects(grant(shopId, 8_00, 5, requestId), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    for (const days of [-1, 0, 400]) await assert.rejects(grant(shopId, 7_00, days), { reason: 'EXPIRE_TIME_INVALID' });
    assert.deepEqual(await lotsOf(shopId), ['promo 700']);
  });

  it('get back what a reversal gives back, once for any number of reversals', async () => {
    const shopId = await aFundedShop(db, 100_00);
    await grant(shopId, 5_00, 10);
    const key = await place(shopId, 50_00);
    await capture(key, 10_00);
    await capture(key, 30_00);
    const reversals = await Promise.all(Array.from({ length: 30 }, () => reverseHold(holdDeps(db), key)));
    assert.ok(reversals.every(({ state }) => state === 'reversed'));
    assert.deepEqual(await lotsOf(shopId), ['promo 500', 'paid 10000']);
    const { postedCash, heldCash, postedPromo, heldPromo } = await walletOf(shopId);
    assert.deepEqual([postedCash, heldCash, postedPromo, heldPromo], [100_00, 0, 5_00, 0]);
    const [{ reversed }] = await db.query('SELECT COUNT(*) AS reversed FROM journal WHERE reference = ? AND kind = ?', [
      key,
      'reversal',
    ]);
    assert.equal(Number(reversed), 2, 'one for each capture');
    await assert.rejects(capture(key, 31_00), { reason: 'HOLD_CLOSED' });
    assert.deepEqual(await auditOf(db), cleanAudit);
  });
});
