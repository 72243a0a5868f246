import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { anybody, openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const idOf = (body: Record<string, unknown>) => String(body.offerId);
const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();
const discount = { percent: { percent: 20, capPaise: '50000' }, minBillPaise: '100000' };

describe('offers over REST', () => {
  let asha: Shopkeeper;
  let binu: Shopkeeper;
  before(async () => {
    [asha, binu] = await Promise.all([openShop(), openShop({ approved: false })]);
  });

  const draft = (requestId: string, changes: object = {}) => ({
    requestId,
    title: 'Flat 20% off',
    category: 'grocery',
    discount,
    endTime: inDays(30),
    ...changes,
  });
  const create = (owner: Shopkeeper, body: object) => owner.api.post(`/v1/shops/${owner.shopId}/offers`, { body });

  it('are written, published and then read by everybody', async () => {
    const created = await create(asha, draft('o1'));
    assert.equal(created.status, 201);
    const id = String(created.body.offerId);
    assert.equal(created.headers.get('location'), `/v1/offers/${id}`);
    assert.equal(created.body.state, 'DRAFT');
    assertRefusal(await anybody.get(`/v1/offers/${id}`), [404, 'OFFER_NOT_FOUND']);

    const published = await asha.api.post(`/v1/offers/${id}:publish`, { body: { requestId: 'p1' } });
    assert.deepEqual([published.status, published.body.state], [200, 'ACTIVE']);
    const read = await anybody.get(`/v1/offers/${id}`);
    assert.deepEqual([read.status, read.body.title, read.body.pincode], [200, 'Flat 20% off', '560034']);
    assert.deepEqual(read.body.discount, discount);
    const listed = await anybody.get(`/v1/shops/${asha.shopId}/offers`);
    assert.ok((listed.body.offers as { offerId: string }[]).some(({ offerId }) => offerId === id));
  });

  it('are made once per request id, and the id is not used for anything else', async () => {
    const body = draft('twice');
    const [first, second] = await Promise.all([create(asha, body), create(asha, body)]);
    assert.deepEqual([first.status, second.status], [201, 201]);
    assert.equal(first.body.offerId, second.body.offerId);
    assertRefusal(await create(asha, { ...body, title: 'Another one' }), [409, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('are changed by who read them last', async () => {
    const { body } = await create(asha, draft('patched'));
    const path = `/v1/offers/${idOf(body)}?updateMask=title`;
    const changed = await asha.api.patch(path, { body: { title: 'Flat 25% off', etag: body.etag } });
    assert.deepEqual([changed.status, changed.body.title, changed.body.category], [200, 'Flat 25% off', 'grocery']);
    assertRefusal(await asha.api.patch(path, { body: { title: 'Too late', etag: body.etag } }), [409, 'ETAG_MISMATCH']);
    assertRefusal(await asha.api.patch(`/v1/offers/${idOf(body)}`, { body: {} }), [400, 'UPDATE_MASK_INVALID']);
  });

  it('of another shop look as if they did not exist', async () => {
    const { body } = await create(asha, draft('mine'));
    const path = `/v1/offers/${idOf(body)}`;
    assertRefusal(await binu.api.get(path), [404, 'OFFER_NOT_FOUND']);
    assertRefusal(await binu.api.delete(path), [404, 'OFFER_NOT_FOUND']);
    const patch = await binu.api.patch(`${path}?updateMask=title`, { body: { title: 'Mine now' } });
    assertRefusal(patch, [404, 'OFFER_NOT_FOUND']);
    const foreign = await binu.api.post(`/v1/shops/${asha.shopId}/offers`, { body: draft('foreign') });
    assertRefusal(foreign, [404, 'SHOP_NOT_FOUND']);
    assert.equal((await asha.api.get(path)).body.title, 'Flat 20% off');
    assert.equal((await asha.api.delete(path)).status, 200);
  });

  it('stay drafts until the shop is approved', async () => {
    const { body } = await create(binu, draft('waiting'));
    const published = await binu.api.post(`/v1/offers/${idOf(body)}:publish`, { body: { requestId: 'p' } });
    assertRefusal(published, [400, 'SHOP_NOT_APPROVED']);
    assert.equal((await binu.api.get(`/v1/offers/${idOf(body)}`)).body.state, 'DRAFT');
  });

  it('with a wrong period or discount are refused and not stored', async () => {
    const before = await asha.api.get(`/v1/shops/${asha.shopId}/offers?pageSize=100`);
    assertRefusal(await create(asha, draft('past', { endTime: inDays(-1) })), [400, 'OFFER_PERIOD_INVALID']);
    const backwards = draft('backwards', { startTime: inDays(5), endTime: inDays(4) });
    assertRefusal(await create(asha, backwards), [400, 'OFFER_PERIOD_INVALID']);
    const generous = draft('generous', { discount: { flat: { amountPaise: '20000' }, minBillPaise: '10000' } });
    assertRefusal(await create(asha, generous), [400, 'DISCOUNT_INVALID']);
    assertRefusal(await create(asha, draft('none', { discount: {} })), [400, 'VALIDATION']);
    const after = await asha.api.get(`/v1/shops/${asha.shopId}/offers?pageSize=100`);
    assert.deepEqual(after.body, before.body);
  });
});
