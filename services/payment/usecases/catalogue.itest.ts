import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import type { PackCommand } from '../domain/pack-version.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { changePack } from './change-pack.ts';
import { chargePurchase } from './charge-purchase.ts';
import { grantPurchase } from './grant-purchase.ts';
import { listPacks } from './list-packs.ts';
import { purchasePack } from './purchase-pack.ts';
import { listCatalogue, listPackVersions } from './read-catalogue.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };

describe('the catalogue', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('catalogue')));
  after(() => close());

  const admin = { userId: newId() };
  const change = (command: PackCommand) => changePack(holdDeps(db), admin, command);
  const aPack = (id = `p-${newId()}`) => ({
    id,
    name: 'Festival',
    offers: 2,
    messages: { whatsapp: 100 },
    price: paise(100_00),
    validDays: 30,
  });
  const create = (pack = aPack(), requestId: string = newId()) => change({ deed: 'create', requestId, pack });
  const reprice = (packId: string, price: number, etag = '', requestId: string = newId()) =>
    change({ deed: 'reprice', requestId, packId, etag, price: paise(price) });
  const retire = (packId: string) => change({ deed: 'retire', requestId: newId(), packId, etag: '' });
  const buy = (shopId: string, packId: string) =>
    purchasePack(holdDeps(db), owner, { shopId, requestId: newId(), packId });

  it('begins with the packs of the platform, each with its first version', async () => {
    const ids = (await listCatalogue(holdDeps(db))).map(({ pack, version, onSale }) => [pack.id, version, onSale]);
    assert.ok(ids.some(([id, version, onSale]) => id === 'offers-5' && version === 1 && onSale === true));
  });

  it('has a pack once, whoever creates it and however often it is asked for', async () => {
    const pack = aPack();
    const requestId = newId();
    const made = await Promise.all(Array.from({ length: 10 }, () => create(pack, requestId)));
    assert.equal(new Set(made.map(({ version }) => version)).size, 1);
    assert.deepEqual(made[0]?.pack, pack);
    await assert.rejects(create({ ...pack, offers: 3 }, requestId), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(create(pack), { reason: 'PACK_EXISTS' });
    const rivals = aPack();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => create(rivals)));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.reason, 'PACK_EXISTS');
    }
  });

  it('sells at the new price, while what was bought before is charged and granted as it was sold', async () => {
    const { pack } = await create();
    const shopId = await aFundedShop(db, 1_000_00);
    const before = await buy(shopId, pack.id);
    const { version } = await reprice(pack.id, 200_00);
    assert.equal(version, 2);
    await chargePurchase(holdDeps(db), before.id);
    await grantPurchase(holdDeps(db), before.id);
    assert.equal((await createBooks(db.manager).wallets.find(shopId))?.postedCash, 1_000_00 - 118_00);
    assert.equal((await buy(shopId, pack.id)).total, 236_00);
    const left = await createBooks(db.manager).entitlements.read(shopId, new Date('2026-11-24T07:00:00Z'));
    assert.deepEqual([left.granted, left.messages], [5 + 2, [{ channel: 'whatsapp', granted: 100, used: 0 }]]);
  });

  it('takes one of two prices that were prepared on the same version', async () => {
    const { pack } = await create();
    const prices = await Promise.allSettled([200_00, 300_00, 400_00].map((price) => reprice(pack.id, price, '"1"')));
    assert.equal(prices.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const price of prices) {
      if (price.status === 'rejected') assert.equal(price.reason.reason, 'ETAG_MISMATCH');
    }
    const [latest] = await listPackVersions(holdDeps(db), pack.id);
    assert.equal(latest?.version, 2);
  });

  it('no longer sells what is retired, for good', async () => {
    const { pack } = await create();
    await retire(pack.id);
    const shopId = await aFundedShop(db, 1_000_00);
    await assert.rejects(buy(shopId, pack.id), { reason: 'PACK_NOT_FOUND' });
    assert.ok(!(await listPacks(holdDeps(db))).some(({ id }) => id === pack.id));
    await assert.rejects(reprice(pack.id, 100), { reason: 'PACK_RETIRED' });
  });

  it('keeps every version with who made it, and lets nobody change one', async () => {
    const { pack } = await create();
    await reprice(pack.id, 200_00);
    await retire(pack.id);
    const versions = await listPackVersions(holdDeps(db), pack.id);
    assert.deepEqual(
      versions.map(({ version, onSale, actorId, pack }) => [version, onSale, actorId, pack.price]),
      [
        [3, false, admin.userId, 200_00],
        [2, true, admin.userId, 200_00],
        [1, true, admin.userId, 100_00],
      ],
    );
    await assert.rejects(listPackVersions(holdDeps(db), 'no-such-pack'), { reason: 'PACK_NOT_FOUND' });
    await assert.rejects(db.query('UPDATE pack_version SET price_paise = 1'), /final/);
    await assert.rejects(db.query('DELETE FROM pack_version'), /final/);
  });
});
