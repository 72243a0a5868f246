import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createDatabase, type Database, migrate, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { createTestDatabase, type TestDatabase } from '@doffers/testkit';
import type { NewOffer, Offer } from '../domain/offer.ts';
import { Offers1795400000000 } from '../migrations/1795400000000-offers.ts';
import { anOffer } from '../test/offers.ts';
import { OfferEntity } from './offer-entity.ts';
import { createOfferRepository, type OfferRepository } from './offer-repository.ts';

describe('offer repository', () => {
  let place: TestDatabase;
  let db: Database;
  let offers: OfferRepository;
  before(async () => {
    place = await createTestDatabase('offer');
    db = createDatabase({ url: place.url, entities: [OfferEntity], migrations: [Offers1795400000000] });
    await migrate(db);
    await db.initialize();
    offers = createOfferRepository(db);
  });
  after(async () => {
    await db.destroy();
    await place.drop();
  });

  const asked = (offer: Offer, requestId = newId()): NewOffer => {
    const { shopId, title, description, category, discount, startAt, endAt } = offer;
    return { shopId, title, description, category, discount, startAt, endAt, requestId };
  };
  const stored = (changes: Partial<Offer> = {}) => {
    const offer = anOffer({ id: newId(), shopId: newId(), ...changes });
    return offers.createOnce(asked(offer), () => offer);
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

  it('makes one offer of fifty parallel calls with the same request id', async () => {
    const shopId = newId();
    const input = asked(anOffer({ shopId }), 'same');
    const calls = Array.from({ length: 50 }, () => offers.createOnce(input, () => anOffer({ id: newId(), shopId })));
    const ids = new Set((await Promise.all(calls)).map(({ id }) => id));
    assert.equal(ids.size, 1);
    assert.equal((await offers.listOfShop({ shopId, liveAt: undefined, limit: 100, after: undefined })).length, 1);
  });

  it('says that the offer is gone when its creation is repeated after it was deleted', async () => {
    const offer = anOffer({ id: newId(), shopId: newId() });
    const input = asked(offer, 'again');
    await offers.deleteDraft(await offers.createOnce(input, () => offer));
    const repeated = offers.createOnce(input, () => anOffer({ id: newId(), shopId: offer.shopId }));
    await assert.rejects(repeated, { reason: 'OFFER_NOT_FOUND' });
    assert.deepEqual(
      await offers.listOfShop({ shopId: offer.shopId, liveAt: undefined, limit: 100, after: undefined }),
      [],
    );
  });

  it('refuses a request id that comes back with other content, and stores nothing', async () => {
    const offer = await stored();
    const input = asked(offer, 'reused');
    await offers.createOnce(input, () => anOffer({ id: newId(), shopId: offer.shopId }));
    const other = { ...input, title: 'Something else' };
    await assert.rejects(
      offers.createOnce(other, () => anOffer({ id: newId(), shopId: offer.shopId })),
      {
        reason: 'IDEMPOTENCY_KEY_REUSED',
      },
    );
    const all = await offers.listOfShop({ shopId: offer.shopId, liveAt: undefined, limit: 100, after: undefined });
    assert.equal(all.length, 2);
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
    await assert.rejects(offers.deleteDraft(draft), { reason: 'OFFER_NOT_FOUND' });
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
