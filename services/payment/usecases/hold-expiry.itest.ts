import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { expireHolds } from './expire-holds.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';
import { reverseHold } from './reverse-hold.ts';

const hour = 3_600_000;

describe('a hold that nobody closes', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('expiry')));
  after(() => close());

  const depsAfter = (hours: number) => {
    const deps = holdDeps(db);
    return { ...deps, now: () => new Date(deps.now().getTime() + hours * hour) };
  };
  const placed = async (cash = 1_000_00) => {
    const shopId = await aFundedShop(db, cash);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    return { shopId, key };
  };
  const capture = (key: string, whatsapp: number) =>
    captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', whatsapp]]) });
  const holdOf = async (key: string) => createBooks(db.manager).holds.find(key);
  const heldBy = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.heldCash;
  const sweep = (hours: number, closed: (key: string) => boolean = () => true) =>
    expireHolds({ ...depsAfter(hours), isWorkflowClosed: async (key) => closed(key) }, { limit: 100 });
  const breaks = async (key: string) => {
    const rows: { kind: string }[] = await db.query('SELECT kind FROM recon_break WHERE reference = ?', [key]);
    return rows.map(({ kind }) => kind);
  };

  it('goes back to the wallet once it is past its time and its workflow has ended, what was captured stays spent', async () => {
    const { shopId, key } = await placed();
    await capture(key, 40);
    assert.equal((await sweep(23)).expired, 0);
    assert.equal((await sweep(25, () => false)).expired, 0, 'its campaign runs for days');
    assert.equal(await heldBy(shopId), 60_00);
    assert.equal((await sweep(25)).expired, 1);
    assert.equal((await sweep(25)).expired, 0);
    assert.deepEqual([await heldBy(shopId), (await holdOf(key))?.state], [0, 'expired']);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('takes nothing that comes later: it is refused, recorded for reconciliation once, and moves nothing', async () => {
    const { shopId, key } = await placed();
    await capture(key, 40);
    await sweep(25);
    const before = await createBooks(db.manager).wallets.find(shopId);
    for (let n = 0; n < 3; n++) await assert.rejects(capture(key, 41 + n), { reason: 'HOLD_EXPIRED' });
    await capture(key, 40);
    assert.deepEqual(await createBooks(db.manager).wallets.find(shopId), before);
    assert.deepEqual(await breaks(key), ['late_capture']);
    assert.equal((await releaseHold(holdDeps(db), { key, shopId })).state, 'expired', 'a release finds it closed');
    assert.ok(await finaliseHoldInvoice(holdDeps(db), key), 'what was captured in time is invoiced');
  });

  it('and one that was released record what was captured too late alike', async () => {
    const { shopId, key } = await placed();
    await releaseHold(holdDeps(db), { key, shopId });
    await assert.rejects(capture(key, 1), { reason: 'HOLD_CLOSED' });
    assert.deepEqual(await breaks(key), ['late_capture']);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('is either captured or expired when both come at once, and the rupee is spent or free, never both', async () => {
    const holds = await Promise.all(Array.from({ length: 20 }, () => placed(100_00)));
    const captures = holds.map(({ key }) =>
      capture(key, 100).then(
        () => 'captured',
        () => 'late',
      ),
    );
    await sweep(25);
    const outcomes = await Promise.all(captures);
    for (const [at, { shopId }] of holds.entries()) {
      const wallet = await createBooks(db.manager).wallets.find(shopId);
      assert.deepEqual([wallet?.postedCash, wallet?.heldCash], [outcomes[at] === 'captured' ? 0 : 100_00, 0]);
    }
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('is walked page by page, past those whose workflows still run', async () => {
    const kept = await Promise.all(Array.from({ length: 7 }, () => placed()));
    const running = new Set(kept.slice(0, 6).map(({ key }) => key));
    const deps = { ...depsAfter(25), isWorkflowClosed: async (key: string) => !running.has(key) };
    let expired = 0;
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page = await expireHolds(deps, { limit: 2, after });
      expired += page.expired;
      after = page.last;
    }
    assert.equal(expired, 1);
    for (const { key } of kept) assert.equal((await holdOf(key))?.state, running.has(key) ? 'open' : 'expired');
  });

  it('is not taken back once it is invoiced, and not invoiced once it is taken back', async () => {
    const { shopId, key } = await placed();
    await capture(key, 40);
    await releaseHold(holdDeps(db), { key, shopId });
    const race = await Promise.allSettled([finaliseHoldInvoice(holdDeps(db), key), reverseHold(holdDeps(db), key)]);
    const [invoiced, reversed] = race;
    assert.equal(invoiced.status === 'fulfilled' && invoiced.value !== undefined, reversed.status === 'rejected');
    if (reversed.status === 'rejected') assert.equal(reversed.reason.reason, 'INVOICED');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });
});
