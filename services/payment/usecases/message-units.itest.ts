import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { microRupees } from '@doffers/money';
import fc from 'fast-check';
import type { Entitlement } from '../domain/entitlement.ts';
import { type Hold, isPlaced, type PriceLine } from '../domain/hold.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, dyingHoldDeps, holdDeps } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { grantEntitlement, revokeEntitlement } from './grant-entitlement.ts';
import { placeHold } from './place-hold.ts';
import { priceLines } from './price-lines.ts';
import { releaseHold } from './release-hold.ts';
import { reverseHold } from './reverse-hold.ts';

const rate = microRupees(1_000_000);
const line = (quantity: number, name = 'whatsapp'): PriceLine => ({
  line: name,
  description: 'WhatsApp messages',
  quantity,
  rate,
});

describe('included messages', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('message-units')));
  after(() => close());

  const books = () => createBooks(db.manager);
  const inTransaction = <T>(work: Parameters<ReturnType<typeof holdDeps>['inTransaction']>[0]) =>
    holdDeps(db).inTransaction(work) as Promise<T>;
  const at = (day: string) => new Date(`${day}T00:00:00Z`);
  const grant = async (shopId: string, whatsapp: number, changes: Partial<Entitlement> = {}) => {
    const entitlement: Entitlement = {
      shopId,
      source: `test/${newId()}`,
      offers: 0,
      messages: { whatsapp },
      expiresAt: at('2027-01-01'),
      ...changes,
    };
    await inTransaction((books) => grantEntitlement(books, entitlement));
    return entitlement;
  };
  const revoke = (which: Pick<Entitlement, 'source' | 'shopId'>) =>
    inTransaction<void>((books) => revokeEntitlement(books, which));
  const aKey = () => `campaign/${newId()}/hold/1`;
  const place = (shopId: string, quantity: number, key = aKey()) =>
    placeHold(holdDeps(db), { key, shopId, lines: [line(quantity)] });
  const capture = (key: string, quantity: number) =>
    captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', quantity]]) });
  const release = (key: string, shopId: string) => releaseHold(holdDeps(db), { key, shopId });
  const messagesOf = async (shopId: string, now = at('2026-11-24')) => {
    const [whatsapp] = (await books().entitlements.read(shopId, now)).messages;
    return whatsapp === undefined ? [0, 0] : [whatsapp.granted, whatsapp.used];
  };
  /** Units that are used and not given back are exactly those that their entitlements have lost. */
  const drifted = () =>
    db.query(
      `SELECT HEX(u.entitlement_id) AS entitlement FROM message_units u
         LEFT JOIN (SELECT entitlement_id, channel, SUM(units - returned) AS net FROM unit_use
                     GROUP BY entitlement_id, channel) s USING (entitlement_id, channel)
        WHERE u.used <> COALESCE(s.net, 0)`,
    );

  it('make a campaign cheaper, are shown in its price, and pay for what is delivered first', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    await grant(shopId, 60);
    const price = await priceLines(holdDeps(db), { shopId, lines: [line(100), line(10, 'push')] });
    assert.deepEqual(
      [price.total, price.included],
      [
        50_00 + 9_00,
        [
          { line: 'whatsapp', units: 60 },
          { line: 'push', units: 0 },
        ],
      ],
    );
    const key = aKey();
    const { amount, lines } = await place(shopId, 100, key);
    assert.deepEqual([amount.cash, lines[0]?.included], [40_00 + 7_20, 60]);
    assert.deepEqual(await messagesOf(shopId), [60, 60]);
    assert.equal((await capture(key, 60)).captured.cash, 0);
    assert.equal((await capture(key, 70)).captured.cash, 11_80);
    await release(key, shopId);
    const invoice = await finaliseHoldInvoice(holdDeps(db), key);
    assert.deepEqual(
      [invoice?.total, invoice?.lines.map(({ quantity, taxable, description }) => [quantity, taxable, description])],
      [
        11_80,
        [
          [10, 10_00, 'WhatsApp messages'],
          [60, 0, 'WhatsApp messages, included in your pack or plan'],
        ],
      ],
    );
    assert.deepEqual([await auditOf(db), await drifted()], [cleanAudit, []]);
  });

  it('need no money at all when they cover everything, and then there is nothing to invoice', async () => {
    const shopId = newId();
    await grant(shopId, 100);
    const key = aKey();
    assert.equal((await place(shopId, 100, key)).amount.cash, 0);
    await capture(key, 30);
    await release(key, shopId);
    assert.equal(await finaliseHoldInvoice(holdDeps(db), key), undefined);
    assert.deepEqual(await messagesOf(shopId), [100, 30]);
  });

  it('that end first are used first, what is not needed lasts longest, and what has ended pays for nothing', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    await grant(shopId, 50, { expiresAt: at('2027-06-01') });
    await grant(shopId, 50, { expiresAt: at('2026-12-01') });
    await grant(shopId, 50, { expiresAt: at('2026-11-01') });
    const key = aKey();
    assert.equal((await place(shopId, 100, key)).lines[0]?.included, 100);
    await capture(key, 30);
    await release(key, shopId);
    assert.deepEqual(await messagesOf(shopId), [100, 30]);
    assert.deepEqual(await messagesOf(shopId, at('2026-12-02')), [50, 0]);
  });

  it('are shared exactly by parallel campaigns', async () => {
    const shopId = await aFundedShop(db, 10_000_00);
    await grant(shopId, 95);
    const holds = await Promise.all(Array.from({ length: 40 }, () => place(shopId, 10)));
    const included = holds.reduce((sum, { lines }) => sum + (lines[0]?.included ?? 0), 0);
    assert.equal(included, 95);
    assert.deepEqual(await messagesOf(shopId), [95, 95]);
    assert.deepEqual([await auditOf(db), await drifted()], [cleanAudit, []]);
  });

  it('are granted once per source, and never after they were revoked', async () => {
    const shopId = newId();
    const granted = await grant(shopId, 10, { offers: 3 });
    await Promise.all(Array.from({ length: 10 }, () => grant(shopId, 10, granted)));
    assert.deepEqual(await messagesOf(shopId), [10, 0]);
    assert.equal((await books().entitlements.read(shopId, at('2026-11-24'))).granted, 5 + 3);
    await Promise.all(Array.from({ length: 5 }, () => revoke(granted)));
    await assert.rejects(grant(shopId, 10, granted), { reason: 'VOIDED' });
    const never = { shopId, source: `test/${newId()}` };
    await revoke(never);
    await assert.rejects(grant(shopId, 10, never), { reason: 'VOIDED' });
    assert.deepEqual(await messagesOf(shopId), [0, 0]);
  });

  it('come back with what was paid when a hold is reversed, once, and to nobody whose pack is gone', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    await grant(shopId, 60);
    const [settled, open] = [aKey(), aKey()];
    await place(shopId, 50, settled);
    await capture(settled, 30);
    await release(settled, shopId);
    await place(shopId, 40, open); // 30 of them are included
    await capture(open, 35);
    assert.deepEqual(await messagesOf(shopId), [60, 60]);
    await Promise.all([settled, settled, open, open].map((key) => reverseHold(holdDeps(db), key)));
    assert.deepEqual(await messagesOf(shopId), [60, 0]);
    assert.equal((await place(shopId, 60)).amount.cash, 0, 'they pay again');

    const other = await aFundedShop(db, 1_000_00);
    const granted = await grant(other, 20);
    const key = aKey();
    await place(other, 20, key);
    await capture(key, 20);
    await revoke(granted);
    await reverseHold(holdDeps(db), key);
    assert.deepEqual(await messagesOf(other), [0, 0]);
    assert.deepEqual([await auditOf(db), await drifted()], [cleanAudit, []]);
  });

  it('that a running campaign has set aside stay its own when their pack is revoked, and go back to nobody', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const granted = await grant(shopId, 100);
    const key = aKey();
    await place(shopId, 40, key);
    await revoke(granted);
    assert.deepEqual(await messagesOf(shopId), [40, 40]);
    await capture(key, 15);
    await release(key, shopId);
    assert.deepEqual(await messagesOf(shopId), [15, 15]);
    assert.deepEqual(await drifted(), []);
  });

  it('are not touched when the process dies before the commit, nor by a hold that is refused', async () => {
    const shopId = await aFundedShop(db, 1_00);
    await grant(shopId, 10);
    await assert.rejects(placeHold(dyingHoldDeps(db), { key: aKey(), shopId, lines: [line(5)] }), /killed/);
    await assert.rejects(place(shopId, 1_000), { reason: 'INSUFFICIENT_FUNDS' });
    assert.deepEqual([await messagesOf(shopId), await drifted()], [[10, 0], []]);
  });

  it('never get lost and never make a capture fall, whatever comes in whatever order and however often', async () => {
    const deed = fc.constantFrom('grant', 'place', 'capture', 'capture', 'release', 'revoke', 'reverse');
    const step = fc.record({ deed, which: fc.nat(3), units: fc.nat(60), times: fc.integer({ min: 1, max: 3 }) });
    type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;
    const run = async (steps: readonly Step[]) => {
      const shopId = await aFundedShop(db, 60_00);
      const keys = Array.from({ length: 4 }, aKey);
      const sources = Array.from({ length: 4 }, () => `test/${newId()}`);
      const paid = new Map<string, number>();
      for (const { deed, which, units, times } of steps) {
        const key = keys[which] ?? '';
        const source = sources[which] ?? '';
        const act = async () => {
          if (deed === 'grant') await grant(shopId, 10 + which, { source });
          if (deed === 'place') await place(shopId, 50, key);
          if (deed === 'release') await release(key, shopId);
          if (deed === 'revoke') await revoke({ source, shopId });
          if (deed === 'reverse') await reverseHold(holdDeps(db), key);
          if (deed !== 'capture') return;
          const { captured } = await capture(key, units);
          assert.ok(captured.cash >= (paid.get(key) ?? 0), 'a capture fell');
          paid.set(key, captured.cash);
        };
        // A repetition is what a crash after the commit and before the answer looks like.
        for (const result of await Promise.allSettled(Array.from({ length: times }, act))) {
          if (result.status === 'rejected' && !(result.reason instanceof DomainError)) throw result.reason;
        }
        assert.deepEqual(await drifted(), []);
      }
      assert.deepEqual(await auditOf(db), cleanAudit);
      for (const key of keys) await release(key, shopId);
      const found = await Promise.all(keys.map((key) => books().holds.find(key)));
      const holds = found.filter((hold): hold is Hold => hold !== undefined && isPlaced(hold));
      const kept = holds.filter(({ state }) => state !== 'reversed');
      const free = kept.reduce((sum, { lines: [l] }) => sum + Math.min(l?.included ?? 0, l?.captured ?? 0), 0);
      assert.equal((await messagesOf(shopId))[1], free, 'used are exactly the included ones that were captured');
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), run), {
      numRuns: 15,
      endOnFailure: true,
    });
  });
});
