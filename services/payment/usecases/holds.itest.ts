import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { microRupees } from '@doffers/money';
import fc from 'fast-check';
import { capturedCharge, type Hold, type HoldRequest, isPlaced, type PriceLine } from '../domain/hold.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, dyingHoldDeps, holdDeps, hundredRupees, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import type { HoldDeps } from './hold-deps.ts';
import { createHoldPlacing } from './hold-placing.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';

type Step = { deed: 'place' | 'capture' | 'release' | 'too much'; hold: number; whatsapp: number; push: number };

/** Both ways to place them have the same outcomes; a service places in groups. */
const ways = {
  'holds that are placed in groups': createHoldPlacing,
  'holds that are placed one by one': (deps: HoldDeps) => (request: HoldRequest) => placeHold(deps, request),
};

for (const [way, createPlacing] of Object.entries(ways))
  describe(way, () => {
    let db: Database;
    let close: () => Promise<void>;
    let placeOn: ReturnType<typeof createPlacing>;
    before(async () => {
      ({ db, close } = await paymentDatabase('holds'));
      placeOn = createPlacing(holdDeps(db));
    });
    after(() => close());

    const aKey = () => `campaign/${newId()}/hold/1`;
    const place = (shopId: string, key = aKey(), lines: readonly PriceLine[] = hundredRupees) =>
      placeOn({ key, shopId, lines });
    const capture = (key: string, quantities: Record<string, number>) =>
      captureTo(holdDeps(db), { key, quantities: new Map(Object.entries(quantities)) });
    const release = (key: string, shopId: string) => releaseHold(holdDeps(db), { key, shopId });
    const walletOf = async (shopId: string) => {
      const wallet = await createBooks(db.manager).wallets.find(shopId);
      assert.ok(wallet);
      const { postedCash, heldCash, postedPromo, heldPromo } = wallet;
      return { postedCash, heldCash, postedPromo, heldPromo };
    };
    /** Everything that a refused operation must leave as it was. */
    const stateOf = async (shopId: string) => ({
      wallet: await db.query('SELECT * FROM wallet WHERE shop_id = ?', [
        Buffer.from(shopId.replaceAll('-', ''), 'hex'),
      ]),
      holds: await db.query("SELECT * FROM hold WHERE state <> 'refused' ORDER BY id"),
      counts: await db.query(
        'SELECT (SELECT COUNT(*) FROM journal) AS journals, (SELECT COUNT(*) FROM entry) AS entries',
      ),
    });
    const outcomesOf = async (calls: readonly Promise<unknown>[]) =>
      Map.groupBy(
        (await Promise.allSettled(calls)).map((result) => {
          if (result.status === 'fulfilled') return 'done';
          return result.reason instanceof DomainError ? result.reason.reason : String(result.reason);
        }),
        (outcome) => outcome,
      );

    it('of ₹100 on ₹1,000 are placed exactly ten times by two hundred parallel calls', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const outcomes = await outcomesOf(Array.from({ length: 200 }, () => place(shopId)));
      assert.deepEqual([outcomes.get('done')?.length, outcomes.get('INSUFFICIENT_FUNDS')?.length], [10, 190]);
      assert.deepEqual(await walletOf(shopId), {
        postedCash: 1_000_00,
        heldCash: 1_000_00,
        postedPromo: 0,
        heldPromo: 0,
      });
      assert.deepEqual(await auditOf(db), cleanAudit);
    });

    it('share promotional credit exactly when two hundred calls want it at once', async () => {
      const shopId = await aFundedShop(db, 500_00, 250_00);
      await outcomesOf(Array.from({ length: 200 }, () => place(shopId)));
      const { heldCash, heldPromo } = await walletOf(shopId);
      assert.equal(heldPromo, 250_00, 'all of it is used before cash');
      assert.ok(heldCash > 400_00 && heldCash <= 500_00, `${heldCash}`);
      assert.deepEqual(await auditOf(db), cleanAudit);
    });

    it('are placed once by fifty parallel calls with one key', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const key = aKey();
      const holds = await Promise.all(Array.from({ length: 50 }, () => place(shopId, key)));
      assert.equal(new Set(holds.map(({ id }) => id)).size, 1);
      assert.equal((await walletOf(shopId)).heldCash, 100_00);
    });

    it('stay refused under their key, also when the money comes; the next key gets it', async () => {
      const shopId = await aFundedShop(db, 99_99);
      const key = aKey();
      const outcomes = await outcomesOf(Array.from({ length: 50 }, () => place(shopId, key)));
      assert.equal(outcomes.get('INSUFFICIENT_FUNDS')?.length, 50);
      await payIn(db, shopId, { cash: 1 });
      await assert.rejects(place(shopId, key), { reason: 'INSUFFICIENT_FUNDS' });
      assert.equal((await place(shopId)).state, 'open');
      await assert.rejects(place(newId()), { reason: 'INSUFFICIENT_FUNDS' }, 'a shop that never paid in has no wallet');
    });

    it('refuse a key that comes back with other lines, or for another shop', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const key = aKey();
      await place(shopId, key);
      const more = hundredRupees.map((line) => ({ ...line, quantity: 101 }));
      await assert.rejects(place(shopId, key, more), { reason: 'IDEMPOTENCY_KEY_REUSED' });
      await assert.rejects(release(key, newId()), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    });

    it('that come after their release are refused for good', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const key = aKey();
      await Promise.all(Array.from({ length: 20 }, () => release(key, shopId)));
      await assert.rejects(place(shopId, key), { reason: 'VOIDED' });
      await assert.rejects(capture(key, { whatsapp: 1 }), { reason: 'VOIDED' });
      assert.equal((await walletOf(shopId)).heldCash, 0);
    });

    it('and their release end in one of two ways when they race, and hold nothing in either', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      await Promise.all(
        Array.from({ length: 40 }, async () => {
          const key = aKey();
          const [placed] = await Promise.allSettled([place(shopId, key), release(key, shopId)]);
          if (placed.status === 'rejected') assert.equal(placed.reason.reason, 'VOIDED');
          await release(key, shopId);
        }),
      );
      assert.equal((await walletOf(shopId)).heldCash, 0);
      assert.deepEqual(await auditOf(db), cleanAudit);
    });

    it('are captured to the highest of a hundred parallel captures, no further', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const key = aKey();
      await place(shopId, key);
      await Promise.all(Array.from({ length: 100 }, (_, n) => capture(key, { whatsapp: 100 - n })));
      const { held, captured } = await sumsOf(key);
      assert.deepEqual([held, captured], [0, 100_00]);
      await assert.rejects(capture(key, { whatsapp: 101 }), { reason: 'EXCEEDS_HOLD' });
      assert.deepEqual(await walletOf(shopId), { postedCash: 900_00, heldCash: 0, postedPromo: 0, heldPromo: 0 });
      assert.deepEqual(await auditOf(db), cleanAudit);
    });

    it('take nothing after their release, and are released once', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const key = aKey();
      await place(shopId, key);
      await capture(key, { whatsapp: 40 });
      await Promise.all(Array.from({ length: 30 }, () => release(key, shopId)));
      await assert.rejects(capture(key, { whatsapp: 41 }), { reason: 'HOLD_CLOSED' });
      await capture(key, { whatsapp: 40 });
      assert.deepEqual(await walletOf(shopId), { postedCash: 960_00, heldCash: 0, postedPromo: 0, heldPromo: 0 });
      await assert.rejects(capture(aKey(), { whatsapp: 1 }), { reason: 'HOLD_NOT_FOUND' });
    });

    it('leave nothing behind when the process dies before the commit', async () => {
      const shopId = await aFundedShop(db, 1_000_00);
      const before = await stateOf(shopId);
      await assert.rejects(createPlacing(dyingHoldDeps(db))({ key: aKey(), shopId, lines: hundredRupees }), /killed/);
      assert.deepEqual(await stateOf(shopId), before);
    });

    it('keep the books exact through whatever sequence, and a refusal changes nothing', async () => {
      const step: fc.Arbitrary<Step> = fc.record({
        deed: fc.constantFrom<Step['deed'][]>('place', 'capture', 'capture', 'release', 'too much'),
        hold: fc.nat(3),
        whatsapp: fc.nat(120),
        push: fc.nat(60),
      });
      const lines: readonly PriceLine[] = [
        { line: 'whatsapp', description: 'WhatsApp messages', quantity: 100, rate: microRupees(863_100) },
        { line: 'push', description: 'Push notifications', quantity: 50, rate: microRupees(52_300) },
      ];
      const run = async (funds: { cash: number; promo: number }, steps: readonly Step[]) => {
        const shopId = await aFundedShop(db, funds.cash, funds.promo);
        const keys = Array.from({ length: 4 }, aKey);
        for (const { deed, hold, whatsapp, push } of steps) {
          const key = keys[hold] ?? '';
          const before = await stateOf(shopId);
          const act = {
            place: () => place(shopId, key, lines),
            capture: () => capture(key, { whatsapp, push }),
            release: () => release(key, shopId),
            'too much': () => capture(key, { whatsapp: 101 }),
          }[deed];
          const refused = await act().then(
            () => false,
            (error: unknown) => error instanceof DomainError || Promise.reject(error),
          );
          if (refused) assert.deepEqual(await stateOf(shopId), before);
          assert.deepEqual(await auditOf(db), cleanAudit);
        }
        for (const key of keys) await release(key, shopId);
        const closed = await Promise.all(keys.map((key) => createBooks(db.manager).holds.find(key)));
        const holds = closed.filter((hold): hold is Hold => hold !== undefined && isPlaced(hold));
        for (const hold of holds) {
          const { total, discount } = capturedCharge(hold);
          assert.deepEqual(hold.captured, { cash: total, promo: discount });
          assert.equal(hold.captured.cash + hold.released.cash, hold.amount.cash);
          assert.equal(hold.captured.promo + hold.released.promo, hold.amount.promo);
        }
        const wallet = await walletOf(shopId);
        const spent = holds.reduce((sum, { captured }) => sum + captured.cash, 0);
        assert.deepEqual([wallet.postedCash, wallet.heldCash, wallet.heldPromo], [funds.cash - spent, 0, 0]);
      };
      const funds = fc.record({
        cash: fc.integer({ min: 1, max: 400_00 }),
        promo: fc.integer({ min: 0, max: 150_00 }),
      });
      await fc.assert(fc.asyncProperty(funds, fc.array(step, { minLength: 1, maxLength: 16 }), run), {
        numRuns: 40,
        endOnFailure: true,
      });
    });

    async function sumsOf(key: string) {
      const hold = await createBooks(db.manager).holds.find(key);
      assert.ok(hold && isPlaced(hold));
      const captured = hold.captured.cash + hold.captured.promo;
      return { captured, held: hold.amount.cash + hold.amount.promo - captured - hold.released.cash };
    }
  });
