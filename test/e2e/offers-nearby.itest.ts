import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { admin, anybody, openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

/** Guwahati, where no other test has a shop. */
const centre = '781001';
const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

type Found = { readonly offer: { readonly offerId: string }; readonly distanceM: number };

describe('offers near a PIN code', () => {
  let here: string;
  let near: string;
  let far: string;
  let second: Shopkeeper;
  let farM: number;

  async function publish(shop: Shopkeeper, offer: { requestId: string; category: string; endTime: string }) {
    const body = { title: 'Flat 20% off', discount: { percent: { percent: 20 } }, ...offer };
    const created = await shop.api.post(`/v1/shops/${shop.shopId}/offers`, { body });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const id = String(created.body.offerId);
    const published = await shop.api.post(`/v1/offers/${id}:publish`, { body: { requestId: 'p' } });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    return id;
  }

  before(async () => {
    const { body } = await anybody.get(`/v1/pincodes/${centre}/nearby?radiusKm=25`);
    const around = body.neighbours as { pincode: string; distanceM: number }[];
    const next = around.find(({ distanceM }) => distanceM > 500 && distanceM < 5_000);
    const third = around.find(({ distanceM }) => distanceM > 12_000);
    assert.ok(next && third, 'the directory around the centre');
    farM = third.distanceM;
    const shops = await Promise.all([centre, next.pincode, third.pincode].map((pincode) => openShop({ pincode })));
    const [atCentre, atSecond, atThird] = shops as [Shopkeeper, Shopkeeper, Shopkeeper];
    second = atSecond;
    here = await publish(atCentre, { requestId: 'o', category: 'grocery', endTime: inDays(3) });
    near = await publish(atSecond, { requestId: 'o', category: 'food', endTime: inDays(1) });
    far = await publish(atThird, { requestId: 'o', category: 'grocery', endTime: inDays(2) });
    await atCentre.api.post(`/v1/shops/${atCentre.shopId}/offers`, {
      body: { requestId: 'draft', title: 'A draft', discount: { percent: { percent: 5 } }, endTime: inDays(1) },
    });
  });

  const search = async (query: string) => {
    const { status, body } = await anybody.get(`/v1/offers?pincode=${centre}${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    const found = (body.offers as Found[]).map(({ offer }) => offer.offerId);
    return { found, offers: body.offers as Found[], radiusKm: body.radiusKm, next: String(body.nextPageToken) };
  };

  it('are listed by distance, or by what ends soonest, without a login', async () => {
    const { found, offers } = await search('&radiusKm=25');
    assert.deepEqual(found, [here, near, far]);
    assert.deepEqual([offers[0]?.distanceM, offers[2]?.distanceM], [0, farM]);
    assert.deepEqual((await search('&radiusKm=25&orderBy=ENDING_SOON')).found, [near, far, here]);
    assert.deepEqual((await search('&radiusKm=25&category=grocery')).found, [here, far]);
  });

  it('are looked for farther away where fewer than five are near, and the answer says how far', async () => {
    const { found, radiusKm } = await search('&radiusKm=1');
    assert.deepEqual(found, [here, near, far]);
    assert.ok(Number(radiusKm) >= 25);
  });

  for (const orderBy of ['DISTANCE', 'ENDING_SOON']) {
    it(`are paged by ${orderBy} without a gap or a repetition`, async () => {
      const whole = await search(`&radiusKm=25&orderBy=${orderBy}`);
      const seen: string[] = [];
      let token = '';
      do {
        const page = await search(`&radiusKm=25&orderBy=${orderBy}&pageSize=1&pageToken=${token}`);
        seen.push(...page.found);
        token = page.next;
      } while (token !== '' && seen.length < 10);
      assert.deepEqual(seen, whole.found);
    });
  }

  it('disappear with their shop when it is suspended, for everybody but its owner, and come back with it', async () => {
    const office = await admin();
    const { shopId } = (await anybody.get(`/v1/offers/${near}`)).body;
    const decide = async (decision: string, body: object) => {
      const path = `/v1/admin/shops/${String(shopId)}:${decision}`;
      const decided = await office.post(path, { body: { requestId: crypto.randomUUID(), ...body } });
      assert.equal(decided.status, 200, JSON.stringify(decided.body));
    };
    await decide('suspend', { reason: 'complaints' });
    await eventually(async () => assert.deepEqual((await search('&radiusKm=25')).found, [here, far]));
    assertRefusal(await anybody.get(`/v1/offers/${near}`), [404, 'OFFER_NOT_FOUND']);
    const own = await second.api.get(`/v1/offers/${near}`);
    assert.deepEqual([own.status, own.body.state], [200, 'SUSPENDED']);
    assertRefusal(await second.api.post(`/v1/offers/${near}:publish`, { body: { requestId: 'p2' } }), [
      400,
      'SHOP_NOT_APPROVED',
    ]);
    await decide('approve', {});
    await eventually(async () => assert.deepEqual((await search('&radiusKm=25')).found, [here, near, far]));
    assert.equal((await anybody.get(`/v1/offers/${near}`)).body.state, 'ACTIVE');
  });

  it('are refused for an unknown PIN code, a wrong radius and the token of another list', async () => {
    const unknown = await anybody.get('/v1/offers?pincode=999999');
    assertRefusal(unknown, [400, 'PINCODE_UNKNOWN']);
    assert.match(JSON.stringify(unknown.body), /"field":"pincode"/);
    for (const query of ['', '?pincode=56003', '?pincode=560034&radiusKm=26', '?pincode=560034&radiusKm=-1']) {
      assertRefusal(await anybody.get(`/v1/offers${query}`), [400, 'VALIDATION']);
    }
    const { next } = await search('&radiusKm=25&pageSize=1');
    assert.notEqual(next, '');
    for (const other of ['&radiusKm=25&category=food', '&radiusKm=25&orderBy=ENDING_SOON', '&radiusKm=24']) {
      const answer = await anybody.get(`/v1/offers?pincode=${centre}${other}&pageToken=${next}`);
      assertRefusal(answer, [400, 'PAGE_TOKEN_INVALID']);
    }
  });
});
