import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, hundredRupees, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { listStatusChanges } from './list-status-changes.ts';
import { parkWallet, unparkWallet } from './park-wallet.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';
import { setWalletStatus } from './set-wallet-status.ts';

describe('a wallet that is frozen or parked', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('status')));
  after(() => close());

  const admin = { userId: newId(), admin: true };
  const aKey = () => `campaign/${newId()}/hold/1`;
  const place = (shopId: string, key = aKey()) => placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
  const command = (shopId: string, deed: 'freeze' | 'unfreeze', requestId = newId(), reason = 'asked by the bank') =>
    setWalletStatus(holdDeps(db), admin, { shopId, requestId, deed, reason });
  const mark = (shopId: string, deed: 'park' | 'unpark') =>
    transaction(db, (tx) => {
      const deps = { ...holdDeps(db), books: createBooks(tx) };
      const input = { shopId, reason: 'R2: held differs from open holds', actorId: undefined };
      return deed === 'park' ? parkWallet(deps, input) : unparkWallet(deps, input);
    });
  const statusOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.status;

  it('takes no new hold, remembers that under the key, and pays again when it is active', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = aKey();
    await command(shopId, 'freeze');
    await assert.rejects(place(shopId, key), { code: 'failed_precondition', reason: 'WALLET_FROZEN' });
    await command(shopId, 'unfreeze');
    await assert.rejects(place(shopId, key), { reason: 'WALLET_FROZEN' }, 'a key has one outcome');
    assert.equal((await place(shopId)).state, 'open');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('still settles what was held before, and is credited with what is paid in', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = aKey();
    await place(shopId, key);
    await mark(shopId, 'park');
    await captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', 40]]) });
    await releaseHold(holdDeps(db), { key, shopId });
    await payIn(db, shopId, { cash: 5_00 });
    const wallet = await createBooks(db.manager).wallets.find(shopId);
    assert.deepEqual([wallet?.postedCash, wallet?.heldCash, wallet?.status], [965_00, 0, 'parked']);
    await assert.rejects(place(shopId), { reason: 'WALLET_FROZEN' });
  });

  it('lets no hold through that races with the freeze and comes after it', async () => {
    const shopId = await aFundedShop(db, 10_000_00);
    const first = aKey();
    await place(shopId, first);
    await releaseHold(holdDeps(db), { key: first, shopId });
    const racing = Array.from({ length: 40 }, () =>
      place(shopId).catch((error: Error & { reason?: string }) => error.reason ?? error.message),
    );
    await command(shopId, 'freeze');
    const [{ held }] = await db.query('SELECT SUM(held_cash_paise) AS held FROM wallet WHERE frozen = 1');
    const outcomes = await Promise.all(racing);
    const placed = outcomes.filter((outcome) => typeof outcome !== 'string').length;
    assert.equal(Number(held), placed * 100_00, 'none was placed after the freeze was there to be seen');
    const refusals = outcomes.filter((outcome) => typeof outcome === 'string');
    assert.deepEqual(
      [...new Set(refusals)].filter((reason) => reason !== 'WALLET_FROZEN'),
      [],
    );
    await command(shopId, 'unfreeze');
  });

  it('stays parked when a freeze ends, and frozen when a park ends', async () => {
    const shopId = await aFundedShop(db, 1_00);
    await mark(shopId, 'park');
    await command(shopId, 'freeze');
    assert.equal(await statusOf(shopId), 'frozen');
    await command(shopId, 'unfreeze');
    assert.equal(await statusOf(shopId), 'parked');
    await command(shopId, 'freeze');
    assert.equal(await mark(shopId, 'unpark'), true);
    assert.equal(await mark(shopId, 'unpark'), false);
    assert.equal(await statusOf(shopId), 'frozen');
  });

  it('is commanded once, refuses the same again, and keeps who did it and why', async () => {
    const shopId = newId();
    const requestId = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => command(shopId, 'freeze', requestId)));
    assert.ok(answers.every(({ status }) => status === 'frozen'));
    await assert.rejects(command(shopId, 'freeze', requestId, 'another'), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(command(shopId, 'freeze'), { reason: 'WALLET_STATE' });
    await command(shopId, 'unfreeze');
    await assert.rejects(command(shopId, 'unfreeze'), { reason: 'WALLET_STATE' });
    await mark(shopId, 'park');
    const changes = await listStatusChanges(holdDeps(db), admin, { shopId, limit: 10, after: undefined });
    assert.deepEqual(
      changes.map(({ deed, actorId }) => [deed, actorId]),
      [
        ['park', undefined],
        ['unfreeze', admin.userId],
        ['freeze', admin.userId],
      ],
    );
    const [, second] = changes;
    assert.ok(second);
    const after = { at: second.createdAt, id: second.id };
    const rest = await listStatusChanges(holdDeps(db), admin, { shopId, limit: 10, after });
    assert.deepEqual([rest.length, rest[0]?.reason], [1, 'asked by the bank']);
    const [{ journals }] = await db.query('SELECT COUNT(*) AS journals FROM journal WHERE reference = ?', [shopId]);
    assert.equal(Number(journals), 0);
  });
});
