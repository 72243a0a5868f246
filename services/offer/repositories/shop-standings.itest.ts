import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { isLive, type Offer } from '../domain/offer.ts';
import { offerDatabase } from '../test/offer-database.ts';
import { anOffer } from '../test/offers.ts';
import { OfferEntity, toRow } from './offer-entity.ts';
import { createOfferRepository } from './offer-repository.ts';
import { createShopStandings, type ShopStandings } from './shop-standings.ts';

describe('the offers of a shop that is suspended', () => {
  let place: { readonly db: Database; close(): Promise<void> };
  let standings: ShopStandings;
  const now = new Date('2026-11-23T06:00:00Z');
  before(async () => {
    place = await offerDatabase('standings');
    standings = createShopStandings(place.db);
  });
  after(() => place.close());

  const stored = async (shopId: string, state: Offer['state']) => {
    const offer = anOffer({ id: newId(), shopId, state });
    await place.db.getRepository(OfferEntity).insert(toRow(offer));
    return offer;
  };
  const found = async ({ id }: Offer) =>
    (await createOfferRepository(place.db).find(id)) ?? assert.fail('no such offer');
  const follow = (shopId: string, decisionNo: number, approved: boolean) =>
    standings.follow({ shopId, decisionNo, approved }, now);

  it('are out of sight as long as it is, drafts and paused ones stay what they are', async () => {
    const shopId = newId();
    const [live, draft, paused, foreign] = await Promise.all([
      stored(shopId, 'active'),
      stored(shopId, 'draft'),
      stored(shopId, 'paused'),
      stored(newId(), 'active'),
    ]);
    const states = async () =>
      Promise.all([live, draft, paused, foreign].map(async (offer) => (await found(offer)).state));
    await follow(shopId, 1, true);
    assert.deepEqual(await states(), ['active', 'draft', 'paused', 'active']);
    await follow(shopId, 2, false);
    assert.deepEqual(await states(), ['suspended', 'draft', 'paused', 'active']);
    assert.equal(isLive(await found(live), now), false);
    await follow(shopId, 3, true);
    assert.deepEqual(await states(), ['active', 'draft', 'paused', 'active']);
  });

  it('follow the last decision, however often and in whatever order they are told', async () => {
    const shopId = newId();
    const offer = await stored(shopId, 'active');
    await Promise.all([follow(shopId, 2, false), follow(shopId, 1, true), follow(shopId, 2, false)]);
    const { state, version } = await found(offer);
    assert.deepEqual([state, version], ['suspended', 2]);
    await Promise.all([follow(shopId, 1, true), follow(shopId, 3, true), follow(shopId, 2, false)]);
    assert.deepEqual(await found(offer).then(({ state, version }) => [state, version]), ['active', 3]);
  });

  it('are not published meanwhile, also when both happen at the same moment', async () => {
    for (let n = 0; n < 20; n++) {
      const shopId = newId();
      if (n % 2 === 0) await follow(shopId, 1, true);
      const drafts = await Promise.all(Array.from({ length: 4 }, () => stored(shopId, 'draft')));
      const publish = (draft: Offer) => standings.show({ ...draft, state: 'active' });
      const [, ...published] = await Promise.allSettled([follow(shopId, 2, false), ...drafts.map(publish)]);
      for (const [at, result] of published.entries()) {
        const { state } = await found(drafts[at] ?? assert.fail());
        if (result.status === 'rejected') assert.equal(result.reason.reason, 'SHOP_NOT_APPROVED');
        assert.equal(state, result.status === 'rejected' ? 'draft' : 'suspended');
      }
      await assert.rejects(publish(await stored(shopId, 'draft')), { reason: 'SHOP_NOT_APPROVED' });
    }
  });
});
