import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import type { NewShop } from '../domain/shop.ts';
import { decide, type Shop } from '../domain/shop.ts';
import { openTestDatabase } from '../test/database.ts';
import { aShop } from '../test/shops.ts';
import { createShopRepository, type ShopRepository } from './shop-repository.ts';

describe('shop repository', () => {
  let db: Database;
  let close: () => Promise<void>;
  let shops: ShopRepository;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    shops = createShopRepository(db);
  });
  after(() => close());

  const asked = (requestId = newId()): NewShop => {
    const { name, category, description, address, pincode, gstin } = aShop();
    return { name, category, description, address, pincode, gstin, requestId };
  };
  const stored = (changes: Partial<Shop> = {}) => {
    const shop = aShop({ id: newId(), ownerId: newId(), ...changes });
    return shops.createOnce(shop.ownerId, asked(), () => shop);
  };
  const decision = (shop: Shop, changes: object = {}) => ({
    shopId: shop.id,
    requestId: newId(),
    decision: 'approved' as const,
    reason: '',
    ...changes,
  });
  const approve = (shop: Shop) => decide(shop, 'approved', '');
  const announced = (key: string) => db.query('SELECT topic, payload FROM outbox WHERE ordering_key = ?', [key]);

  it('gives back what was stored, in Hindi too', async () => {
    const shop = await stored({ name: 'आशा स्टोर्स 🪔', gstin: '29AAGCB7383J1Z4' });
    assert.deepEqual(await shops.find(shop.id), shop);
    assert.equal(shop.name, 'आशा स्टोर्स 🪔');
    assert.equal(await shops.find(newId()), undefined);
  });

  it('makes one shop of fifty parallel calls with the same request id, and announces it once', async () => {
    const ownerId = newId();
    const input = asked('same');
    const calls = Array.from({ length: 50 }, () =>
      shops.createOnce(ownerId, input, () => aShop({ id: newId(), ownerId })),
    );
    const ids = new Set((await Promise.all(calls)).map(({ id }) => id));
    assert.equal(ids.size, 1);
    assert.equal((await shops.listOfOwner(ownerId)).length, 1);
    assert.deepEqual(
      (await announced(ownerId)).map(({ topic, payload }: { topic: string; payload: string }) => [
        topic,
        JSON.parse(payload),
      ]),
      [['shop.registered', { shopId: [...ids][0], ownerId }]],
    );
  });

  it('keeps an owner at twenty shops, also when all come at once', async () => {
    const ownerId = newId();
    const calls = Array.from({ length: 25 }, () =>
      shops.createOnce(ownerId, asked(), () => aShop({ id: newId(), ownerId })),
    );
    const results = await Promise.allSettled(calls);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 20);
    for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.reason, 'SHOP_LIMIT');
    assert.equal((await shops.listOfOwner(ownerId)).length, 20);
  });

  it('refuses a request id that comes back with other content', async () => {
    const ownerId = newId();
    await shops.createOnce(ownerId, asked('again'), () => aShop({ id: newId(), ownerId }));
    const other = { ...asked('again'), name: 'Another shop' };
    await assert.rejects(
      shops.createOnce(ownerId, other, () => aShop({ id: newId(), ownerId })),
      { reason: 'IDEMPOTENCY_KEY_REUSED' },
    );
    assert.equal((await shops.listOfOwner(ownerId)).length, 1);
  });

  it('lets one of two admins who decide at the same moment succeed', async () => {
    const shop = await stored();
    const admins = Array.from({ length: 8 }, () => newId());
    const results = await Promise.allSettled(admins.map((admin) => shops.decideOnce(admin, decision(shop), approve)));
    const [decidedBy, ...others] = admins.filter((_, n) => results[n]?.status === 'fulfilled');
    assert.deepEqual(others, []);
    for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.reason, 'SHOP_STATE');
    assert.deepEqual(
      (await announced(shop.id)).map(({ payload }: { payload: string }) => JSON.parse(payload)),
      [{ shopId: shop.id, decision: 'approved', version: 1, decidedBy }],
    );
  });

  it('answers a repeated decision with what the first one did, and records it once', async () => {
    const shop = await stored();
    const admin = newId();
    const input = decision(shop);
    const answers = await Promise.all(Array.from({ length: 8 }, () => shops.decideOnce(admin, input, approve)));
    for (const answer of answers) assert.deepEqual([answer.approval, answer.decisions], ['approved', 1]);
    const rows = await db.query('SELECT decision FROM shop_decision JOIN shop ON id = shop_id WHERE owner_id = (?)', [
      Buffer.from(shop.ownerId.replaceAll('-', ''), 'hex'),
    ]);
    assert.deepEqual(rows, [{ decision: 'approved' }]);
  });

  it('leaves nothing behind of a decision that is refused', async () => {
    const shop = await stored();
    const refuse = () => assert.fail('refused');
    await assert.rejects(shops.decideOnce(newId(), decision(shop), refuse), { message: 'refused' });
    await assert.rejects(shops.decideOnce(newId(), decision(aShop({ id: newId() })), approve), {
      reason: 'SHOP_NOT_FOUND',
    });
    assert.deepEqual(await shops.find(shop.id), shop);
    assert.equal((await announced(shop.id)).length, 0);
  });

  it('does not overwrite a decision by an owner who was looking at the shop before it', async () => {
    const shop = await stored();
    await shops.decideOnce(newId(), decision(shop), approve);
    await assert.rejects(shops.save({ ...shop, name: 'Late' }), { reason: 'ETAG_MISMATCH' });
    assert.equal((await shops.find(shop.id))?.approval, 'approved');
  });

  it('pages from the oldest on, without a gap or a repetition at equal times', async () => {
    const createdAt = new Date('2001-01-01T00:00:00Z');
    const wanted: string[] = [];
    for (let n = 0; n < 7; n++) wanted.push((await stored({ createdAt })).id);
    const seen: string[] = [];
    for (let after: PageKey | undefined; ; ) {
      const page = await shops.list({ approval: 'pending', limit: 3, after });
      const ours = page.filter((shop) => shop.createdAt.getTime() === createdAt.getTime());
      seen.push(...ours.map(({ id }) => id));
      const last = ours.at(-1);
      if (last === undefined) break;
      after = { at: last.createdAt, id: last.id };
    }
    assert.deepEqual(seen, wanted.toSorted());
  });

  it('lists by state, or all', async () => {
    const shop = await stored({ createdAt: new Date('2000-01-01T00:00:00Z') });
    await shops.decideOnce(newId(), decision(shop), approve);
    const first = async (approval: 'approved' | 'pending' | undefined) =>
      (await shops.list({ approval, limit: 1, after: undefined }))[0]?.id;
    assert.equal(await first('approved'), shop.id);
    assert.equal(await first(undefined), shop.id);
    assert.notEqual(await first('pending'), shop.id);
  });
});
