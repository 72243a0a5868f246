import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { Pincode_Confidence, PlaceService } from '@doffers/proto/user/v1/place_service';
import { Shop_Approval, ShopService } from '@doffers/proto/user/v1/shop_service';
import { UserService } from '@doffers/proto/user/v1/user_service';
import { startTestServer, type TestServer } from '@doffers/testkit';
import { createDirectoryStore } from '../repositories/directory-store.ts';
import { createPincodeDirectory } from '../repositories/pincode-directory.ts';
import { createProfileRepository } from '../repositories/profile-repository.ts';
import { createShopRepository } from '../repositories/shop-repository.ts';
import { openTestDatabase } from '../test/database.ts';
import { aPincode } from '../test/shops.ts';
import { loadDirectory } from '../usecases/load-directory.ts';
import { createPlaceHandlers } from './place-handlers.ts';
import { createShopHandlers } from './shop-handlers.ts';
import { createUserHandlers } from './user-handlers.ts';

describe('the user service', () => {
  let server: TestServer;
  let close: () => Promise<void>;
  const granted: string[] = [];
  before(async () => {
    const database = await openTestDatabase();
    close = database.close;
    const { db } = database;
    const directory = createPincodeDirectory(db);
    const now = () => new Date();
    const read = async () => ({
      pincodes: [aPincode(), aPincode('560095', { centre: undefined, confidence: 'none' })],
    });
    const source = { origin: 'built-in', sha256: Buffer.alloc(32), read } as const;
    await loadDirectory({ directories: createDirectoryStore(db), now }, source);
    const grantShopkeeper = async (userId: string) => void granted.push(userId);
    const deps = {
      shops: createShopRepository(db),
      profiles: createProfileRepository(db),
      directory,
      roles: { grantShopkeeper, tryGrantShopkeeper: grantShopkeeper },
      newId,
      now,
    };
    server = await startTestServer('user', (serve) => {
      serve(ShopService, createShopHandlers(deps));
      serve(UserService, createUserHandlers(deps));
      serve(PlaceService, createPlaceHandlers({ directory }));
    });
  });
  after(async () => {
    await server.stop();
    await close();
  });

  const ownerId = newId();
  const asOwner = () => server.user(ShopService, { userId: ownerId, roles: ['customer', 'shopkeeper'] });
  const asAdmin = () => server.user(ShopService, { userId: newId(), roles: ['admin'] });
  const register = async (changes: object = {}) => {
    const shops = await asOwner();
    const details = { name: 'Asha Stores', category: 'grocery', address: '5th Block', pincode: '560034' };
    return shops.createShop({ requestId: newId(), ...details, gstin: '29AAGCB7383J1Z4', ...changes });
  };

  it('registers a shop, whose owner sees all of it and becomes a shopkeeper', async () => {
    const shop = await register();
    assert.deepEqual([shop.approval, shop.city, shop.state], [Shop_Approval.PENDING, 'Bengaluru Urban', 'Karnataka']);
    assert.deepEqual(await (await asOwner()).getShop({ shopId: shop.shopId }), shop);
    assert.deepEqual([shop.ownerId, shop.gstin, shop.etag], [ownerId, '29AAGCB7383J1Z4', '"1"']);
    assert.ok(granted.includes(ownerId));
  });

  it('hides what is not public, and a shop that is not approved, from strangers', async () => {
    const { shopId } = await register();
    const stranger = server.anonymous(ShopService);
    await assert.rejects(stranger.getShop({ shopId }), { code: 'not_found', reason: 'SHOP_NOT_FOUND' });
    await (await asAdmin()).approveShop({ shopId, requestId: newId() });
    const seen = await stranger.getShop({ shopId });
    assert.deepEqual([seen.name, seen.approval], ['Asha Stores', Shop_Approval.APPROVED]);
    assert.deepEqual([seen.ownerId, seen.gstin, seen.approvalReason], ['', '', '']);
  });

  it('answers a foreign shop with the same words as one that does not exist', async () => {
    const { shopId } = await register();
    const other = await server.user(ShopService, { userId: newId(), roles: ['shopkeeper'] });
    const refusal = (id: string) =>
      other.updateShop({ shop: { shopId: id, name: 'Mine now' }, updateMask: { paths: ['name'] } }).then(
        () => assert.fail('it was changed'),
        ({ code, reason, message }) => ({ code, reason, message }),
      );
    assert.deepEqual(await refusal(shopId), await refusal(newId()));
  });

  it('validates the merged shop, by the rules of its fields', async () => {
    const { shopId } = await register();
    const shops = await asOwner();
    const change = (shop: object, paths: string[]) =>
      shops.updateShop({ shop: { shopId, ...shop }, updateMask: { paths } });
    await assert.rejects(change({ name: 'A' }, ['name']), { code: 'invalid_argument', reason: 'VALIDATION' });
    await assert.rejects(change({ pincode: '560099' }, ['pincode']), { reason: 'PINCODE_UNKNOWN' });
    await assert.rejects(change({}, []), { reason: 'UPDATE_MASK_INVALID' });
    const changed = await change({ name: 'Asha Super Stores', address: 'ignored' }, ['name']);
    assert.deepEqual([changed.name, changed.address, changed.etag], ['Asha Super Stores', '5th Block', '"2"']);
  });

  it('tells an owner why, and takes the shop back into the queue when it is changed', async () => {
    const { shopId } = await register();
    const rejected = await (await asAdmin()).rejectShop({ shopId, requestId: newId(), reason: 'no sign board' });
    assert.deepEqual([rejected.approval, rejected.approvalReason], [Shop_Approval.REJECTED, 'no sign board']);
    const shop = { shopId, address: '5th Block, opposite the park' };
    const again = await (await asOwner()).updateShop({ shop, updateMask: { paths: ['address'] } });
    assert.deepEqual([again.approval, again.approvalReason], [Shop_Approval.PENDING, '']);
  });

  it('tells other services what they need to decide about a shop', async () => {
    const { shopId } = await register();
    const access = await server.service(ShopService).getShopAccess({ shopId });
    assert.deepEqual([access.ownerId, access.approval], [ownerId, Shop_Approval.PENDING]);
    assert.deepEqual([access.state, access.gstin], ['Karnataka', '29AAGCB7383J1Z4']);
    await assert.rejects(server.service(ShopService).getShopAccess({ shopId: newId() }), { reason: 'SHOP_NOT_FOUND' });
    const { shops } = await server.service(ShopService).listShopsOfOwner({ ownerId });
    assert.ok(shops.some((shop) => shop.shopId === shopId));
  });

  it('pages through the shops that wait, for admins only', async () => {
    const admin = await asAdmin();
    await register();
    await register();
    const query = { approval: Shop_Approval.PENDING, pageSize: 1 };
    const first = await admin.listShops(query);
    const second = await admin.listShops({ ...query, pageToken: first.nextPageToken });
    assert.notEqual(first.shops[0]?.shopId, second.shops[0]?.shopId);
    await assert.rejects(admin.listShops({ pageToken: 'nonsense' }), { reason: 'PAGE_TOKEN_INVALID' });
    await assert.rejects((await asOwner()).listShops({}), { code: 'permission_denied' });
  });

  it('keeps a profile for everybody who asks for it', async () => {
    const userId = newId();
    const me = await server.user(UserService, { userId });
    assert.equal((await me.getMe({})).userId, userId);
    const profile = { name: 'Ravi', pincode: '560034', etag: '"1"' };
    const changed = await me.updateMe({ profile, updateMask: { paths: ['name', 'pincode'] } });
    assert.deepEqual([changed.name, changed.city, changed.etag], ['Ravi', 'Bengaluru Urban', '"2"']);
    const stale = me.updateMe({ profile, updateMask: { paths: ['name'] } });
    await assert.rejects(stale, { code: 'aborted', reason: 'ETAG_MISMATCH' });
    const long = { name: 'x'.repeat(121) };
    await assert.rejects(me.updateMe({ profile: long, updateMask: { paths: ['name'] } }), { reason: 'VALIDATION' });
  });

  it('finds places, with the PIN code itself as the only neighbour of one without a position', async () => {
    const places = server.anonymous(PlaceService);
    const found = await places.getPincode({ pincode: '560034' });
    assert.deepEqual([found.confidence, found.centre?.latitude], [Pincode_Confidence.HIGH, 12.927]);
    assert.equal((await places.getPincode({ pincode: '560095' })).centre, undefined);
    await assert.rejects(places.getPincode({ pincode: '560096' }), { code: 'not_found', reason: 'PINCODE_UNKNOWN' });
    const alone = await places.listNearbyPincodes({ pincode: '560095' });
    assert.deepEqual(
      alone.neighbours.map(({ pincode, distanceM }) => [pincode, distanceM]),
      [['560095', 0]],
    );
    await assert.rejects(places.listNearbyPincodes({ pincode: '999999' }), { reason: 'PINCODE_UNKNOWN' });
    assert.equal((await places.searchPincodes({ q: 'kora' })).pincodes.length, 2);
  });
});
