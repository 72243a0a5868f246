import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient } from '@doffers/testkit';
import { admin, anybody, logIn, openShop, type Person, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const details = { name: 'आशा स्टोर्स', category: 'grocery', address: '12, 80 Feet Road', pincode: '560034' };
const register = ({ api }: Pick<Person, 'api'>, changes: object = {}) =>
  api.post('/v1/shops', { body: { requestId: crypto.randomUUID(), ...details, ...changes } });
const decide = (by: RestClient, shopId: string, decision: string, body: object = {}) =>
  by.post(`/v1/admin/shops/${shopId}:${decision}`, { body: { requestId: crypto.randomUUID(), ...body } });

describe('the registration of a shop', () => {
  let owner: Person;
  before(async () => {
    owner = await logIn();
  });

  it('answers 201 with the place of its PIN code, and waits for an admin', async () => {
    const { status, body, headers } = await register(owner);
    assert.equal(status, 201);
    assert.equal(headers.get('location'), `/v1/shops/${String(body.shopId)}`);
    assert.equal(headers.get('etag'), '"1"');
    assert.deepEqual([body.name, body.approval], ['आशा स्टोर्स', 'PENDING']);
    assert.deepEqual([body.city, body.state, body.ownerId], ['Bengaluru Urban', 'Karnataka', owner.userId]);
  });

  it('has the effect of one call, however often it comes with the same id', async () => {
    const requestId = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(owner, { requestId })));
    assert.equal(new Set(answers.map(({ body }) => body.shopId)).size, 1);
    assertRefusal(await register(owner, { requestId, name: 'Another' }), [409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('is refused for a place or a tax number that does not exist', async () => {
    assertRefusal(await register(owner, { pincode: '999999' }), [400, 'PINCODE_UNKNOWN']);
    assertRefusal(await register(owner, { gstin: '29AAGCB7383J1Z5' }), [400, 'GSTIN_INVALID']);
    assertRefusal(await register(owner, { name: 'A' }), [400, 'VALIDATION']);
    assertRefusal(await register(owner, { name: '   ' }), [400, 'VALIDATION']);
    assertRefusal(await register({ api: anybody }), [401, 'TOKEN_MISSING']);
  });

  it('takes no field that is not the shopkeeper’s to set', async () => {
    const { body } = await register(owner, { approval: 'APPROVED', ownerId: crypto.randomUUID(), shopId: 'mine' });
    assert.deepEqual([body.approval, body.ownerId], ['PENDING', owner.userId]);
  });
});

describe('a shop', () => {
  let owner: Shopkeeper;
  let boss: RestClient;
  before(async () => {
    boss = await admin();
    owner = await openShop({ approved: false });
  });
  const patch = (by: RestClient, body: object, mask: string) =>
    by.patch(`/v1/shops/${owner.shopId}?updateMask=${mask}`, { body });

  it('is nobody’s business but its owner’s before it is approved', async () => {
    const stranger = await logIn();
    const hidden = await stranger.api.get(`/v1/shops/${owner.shopId}`);
    assertRefusal(hidden, [404, 'SHOP_NOT_FOUND']);
    assert.deepEqual((await stranger.api.get(`/v1/shops/${crypto.randomUUID()}`)).body, hidden.body);
    assertRefusal(await anybody.get(`/v1/shops/${owner.shopId}`), [404, 'SHOP_NOT_FOUND']);
    assert.equal((await owner.api.get(`/v1/shops/${owner.shopId}`)).status, 200);
  });

  it('is changed by its owner, field by field and on the version they saw', async () => {
    const { body: seen } = await owner.api.get(`/v1/shops/${owner.shopId}`);
    const changed = await patch(owner.api, { address: '14, 80 Feet Road', etag: seen.etag }, 'address');
    assert.deepEqual([changed.status, changed.body.address, changed.body.name], [200, '14, 80 Feet Road', seen.name]);
    assertRefusal(await patch(owner.api, { address: 'late', etag: seen.etag }, 'address'), [409, 'ETAG_MISMATCH']);
    assertRefusal(await patch(owner.api, { approval: 'APPROVED' }, 'approval'), [400, 'UPDATE_MASK_INVALID']);
    const nowhere = await owner.api.patch('/v1/shops/x?updateMask=name', { body: { name: 'Asha' } });
    assertRefusal(nowhere, [400, 'VALIDATION']);
    const other = await openShop({ approved: false });
    assertRefusal(await patch(other.api, { name: 'Mine now' }, 'name'), [404, 'SHOP_NOT_FOUND']);
  });

  it('is decided about by admins only', async () => {
    assertRefusal(await decide(owner.api, owner.shopId, 'approve'), [403, 'ROLE_REQUIRED']);
    assertRefusal(await decide(anybody, owner.shopId, 'approve'), [401, 'TOKEN_MISSING']);
    assertRefusal(await decide(boss, crypto.randomUUID(), 'approve'), [404, 'SHOP_NOT_FOUND']);
    assertRefusal(await decide(boss, owner.shopId, 'suspend', { reason: 'too early' }), [400, 'SHOP_STATE']);
  });

  it('is rejected with a reason, told to its owner, and waits again when it is changed', async () => {
    const rejected = await decide(boss, owner.shopId, 'reject', { reason: 'there is no sign board' });
    assert.deepEqual([rejected.body.approval, rejected.body.approvalReason], ['REJECTED', 'there is no sign board']);
    await eventually(
      async () => {
        const { body } = await owner.api.get('/v1/me/inbox');
        assert.match(JSON.stringify(body.messages), /there is no sign board/);
      },
      { timeoutMs: 30_000 },
    );
    const again = await patch(owner.api, { description: 'now with a sign board' }, 'description');
    assert.deepEqual([again.body.approval, again.body.approvalReason], ['PENDING', '']);
  });

  it('is approved once of many clicks, and then seen by everybody without what is not public', async () => {
    await patch(owner.api, { gstin: '29AAGCB7383J1Z4' }, 'gstin');
    const clicks = await Promise.all(Array.from({ length: 4 }, () => decide(boss, owner.shopId, 'approve')));
    assert.deepEqual(
      clicks.map(({ status }) => status).toSorted((a, b) => a - b),
      [200, 400, 400, 400],
    );
    const seen = await anybody.get(`/v1/shops/${owner.shopId}`);
    assert.deepEqual([seen.status, seen.body.approval], [200, 'APPROVED']);
    assert.deepEqual([seen.body.gstin, seen.body.ownerId], ['', '']);
    assert.equal((await owner.api.get(`/v1/shops/${owner.shopId}`)).body.gstin, '29AAGCB7383J1Z4');
  });

  it('disappears for everybody but its owner when it is suspended', async () => {
    assert.equal((await decide(boss, owner.shopId, 'suspend', { reason: 'complaints' })).status, 200);
    assertRefusal(await anybody.get(`/v1/shops/${owner.shopId}`), [404, 'SHOP_NOT_FOUND']);
    assert.equal((await owner.api.get(`/v1/shops/${owner.shopId}`)).body.approvalReason, 'complaints');
  });

  it('is found in the list of its state, which pages without a gap', async () => {
    const listed: string[] = [];
    for (let token = '', pages = 0; pages === 0 || token !== ''; pages++) {
      const { status, body } = await boss.get(`/v1/admin/shops?approval=SUSPENDED&pageSize=50&pageToken=${token}`);
      assert.equal(status, 200);
      listed.push(...(body.shops as { shopId: string }[]).map(({ shopId }) => shopId));
      token = String(body.nextPageToken);
    }
    assert.equal(new Set(listed).size, listed.length);
    assert.ok(listed.includes(owner.shopId));
    assertRefusal(await boss.get('/v1/admin/shops?pageToken=nonsense'), [400, 'PAGE_TOKEN_INVALID']);
    assertRefusal(await owner.api.get('/v1/admin/shops'), [403, 'ROLE_REQUIRED']);
  });
});
