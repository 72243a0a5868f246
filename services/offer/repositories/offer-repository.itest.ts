import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import type { NewOffer, Offer } from '../domain/offer.ts';
import { offerDatabase } from '../test/offer-database.ts';
import { anOffer } from '../test/offers.ts';
import { createOfferRepository, type OfferRepository } from './offer-repository.ts';
import { createUnitRepository } from './unit-repository.ts';

describe('offer repository', () => {
  let place: { readonly db: Database; close(): Promise<void> };
  let offers: OfferRepository;
  const now = new Date('2026-11-23T06:00:00Z');
  before(async () => {
    place = await offerDatabase('offer');
    offers = createOfferRepository(place.db);
  });
  after(() => place.close());

  const asked = (offer: Offer, requestId = newId()): NewOffer => {
    const { shopId, title, description, category, discount, startAt, endAt } = offer;
    return { shopId, title, description, category, discount, startAt, endAt, requestId };
  };
  /** Stores an offer as its creation does, its unit being reserved. */
  const create = async (input: NewOffer, offer: Offer) => {
    const { id: offerId, shopId } = offer;
    await createUnitRepository(place.db).begin({ offerId, shopId }, { requestId: input.requestId, now });
    return offers.create(input, offer);
  };
  const stored = async (changes: Partial<Offer> = {}) => {
    const offer = anOffer({ id: newId(), shopId: newId(), ...changes });
    assert.deepEqual(await create(asked(offer), offer), offer);
    return offer;
  };

  it('gives back what was stored, in Hindi and with both kinds of discount', async () => {
    const flat = { kind: { amount: paise(15_000) }, minBill: paise(50_000) };
    for (const changes of [
      { title: 'दिवाली धमाका 🪔' },
      { discount: flat, startAt: new Date('2026-11-24T03:30:00.500Z') },
    ]) {
      const offer = await stored(changes);
      assert.deepEqual(await offers.find(offer.id), offer);
      for (const [field, value] of Object.entries(changes)) assert.deepEqual(offer[field as keyof Offer], value);
    }
  });

  it('stores nothing without a reserved unit', async () => {
    const offer = anOffer({ id: newId(), shopId: newId() });
    assert.equal(await offers.create(asked(offer, 'same'), offer), undefined);
    assert.equal(await offers.find(offer.id), undefined);
    assert.equal(await offers.findCreated(asked(offer, 'same')), undefined);
  });

  it('finds what a request made, says when that is deleted, and refuses other content under its id', async () => {
    const offer = anOffer({ id: newId(), shopId: newId() });
    const input = asked(offer, 'again');
    await create(input, offer);
    assert.deepEqual(await offers.findCreated(input), offer);
    await assert.rejects(offers.findCreated({ ...input, title: 'Another' }), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await offers.deleteDraft(offer, now);
    await assert.rejects(offers.findCreated(input), { reason: 'OFFER_NOT_FOUND' });
  });

  it('lets one of two parallel changes win and tells the other', async () => {
    const offer = await stored();
    const results = await Promise.allSettled([
      offers.save({ ...offer, title: 'First' }),
      offers.save({ ...offer, title: 'Second' }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    const lost = results.find((result) => result.status === 'rejected');
    assert.equal(lost?.reason.reason, 'ETAG_MISMATCH');
    assert.equal((await offers.find(offer.id))?.version, 2);
  });

  it('keeps a draft that was published while somebody deletes it', async () => {
    const draft = await stored();
    await offers.save({ ...draft, state: 'active' });
    await assert.rejects(offers.deleteDraft(draft, now), { reason: 'OFFER_NOT_FOUND' });
    assert.equal((await offers.find(draft.id))?.state, 'active');
  });

  it('pages through a shop newest first, without a gap or a repetition at equal times', async () => {
    const shopId = newId();
    for (let n = 0; n < 7; n++) await stored({ shopId });
    const seen: string[] = [];
    for (let after: { at: Date; id: string } | undefined, page: readonly Offer[] = []; ; ) {
      page = await offers.listOfShop({ shopId, liveAt: undefined, limit: 3, after });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = { at: last.createdAt, id: last.id };
    }
    assert.equal(seen.length, 7);
    assert.deepEqual(seen, [...new Set(seen)].toSorted().toReversed());
  });

  it('shows strangers what is live at the moment they ask', async () => {
    const shopId = newId();
    const live = await stored({ shopId, state: 'active' });
    await stored({ shopId, state: 'draft' });
    await stored({ shopId, state: 'active', startAt: new Date('2026-12-01T00:00:00Z') });
    const at = async (liveAt: string) =>
      (await offers.listOfShop({ shopId, liveAt: new Date(liveAt), limit: 10, after: undefined })).map(({ id }) => id);
    assert.deepEqual(await at('2026-11-23T06:00:00Z'), [live.id]);
    assert.equal((await at('2026-12-02T00:00:00Z')).length, 2);
    assert.deepEqual(await at('2026-12-24T18:30:00Z'), []);
  });
});
