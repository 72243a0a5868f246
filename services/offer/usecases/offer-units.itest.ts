import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { createOfferRepository } from '../repositories/offer-repository.ts';
import { createShopStandings } from '../repositories/shop-standings.ts';
import { createUnitRepository } from '../repositories/unit-repository.ts';
import { fakeDeps, owner } from '../test/fake-deps.ts';
import { fakeEntitlements } from '../test/fake-entitlements.ts';
import { offerDatabase } from '../test/offer-database.ts';
import { anOffer } from '../test/offers.ts';
import { createOffer } from './create-offer.ts';
import { deleteOffer } from './delete-offer.ts';
import { publishOffer } from './publish-offer.ts';
import { sweepUnits } from './units.ts';

const { title, description, category, discount, startAt, endAt } = anOffer();

describe('the units of offers', () => {
  let place: { readonly db: Database; close(): Promise<void> };
  let shopId: string;
  let later = 0;
  before(async () => {
    place = await offerDatabase('offer_units');
  });
  after(() => place.close());
  beforeEach(() => {
    [shopId, later] = [newId(), 0];
  });

  const world = (granted = 5) => {
    const fake = fakeDeps();
    const entitlements = fakeEntitlements(granted);
    return {
      ...fake,
      offers: createOfferRepository(place.db),
      standings: createShopStandings(place.db),
      units: createUnitRepository(place.db),
      entitlements,
      newId,
      now: () => new Date(fake.now().getTime() + later),
      shopAccess: async (id: string) => ({ ...(await fake.shopAccess(anOffer().shopId)), shopId: id }),
    };
  };
  type World = ReturnType<typeof world>;
  const input = (requestId: string) => ({ title, description, category, discount, startAt, endAt, shopId, requestId });
  const create = (deps: World, requestId: string) => createOffer(deps, owner, input(requestId));
  const listed = (deps: World) => deps.offers.listOfShop({ shopId, liveAt: undefined, limit: 100, after: undefined });
  const pending = async () => {
    const [{ n }] = await place.db.query('SELECT COUNT(*) AS n FROM pending_unit');
    return Number(n);
  };
  const sweep = (deps: World) =>
    sweepUnits(deps, (error) => {
      throw error;
    });
  /** Units in use are exactly the offers there are, and nothing is open. */
  const assertEven = async (deps: World) => {
    const offers = (await listed(deps)).map(({ id }) => id).toSorted();
    const used = [...deps.entitlements.units].filter(([, state]) => state === 'used').map(([id]) => id);
    assert.deepEqual(used.toSorted(), offers);
    assert.equal(await pending(), 0);
  };

  it('are used by creating, returned by deleting, and kept by what was published', async () => {
    const deps = world(2);
    const [first, second] = [await create(deps, 'a'), await create(deps, 'b')];
    await assertEven(deps);
    await deleteOffer(deps, owner, first.id);
    await publishOffer(deps, owner, second.id);
    await assert.rejects(deleteOffer(deps, owner, second.id), { reason: 'OFFER_STATE' });
    await assertEven(deps);
    assert.equal(deps.entitlements.used(), 1);
  });

  it('that are used up refuse a creation, leave nothing, and the same call works once there is one', async () => {
    const deps = world(0);
    await assert.rejects(create(deps, 'r'), { reason: 'PACK_EXHAUSTED' });
    assert.deepEqual(await listed(deps), []);
    await assertEven(deps);
    deps.entitlements.granted = 1;
    const offer = await create(deps, 'r');
    assert.deepEqual(await create(deps, 'r'), offer);
    await assertEven(deps);
  });

  it('are not touched by a creation that is refused for its content', async () => {
    const deps = world();
    const over = { ...input('r'), endAt: deps.now() };
    await assert.rejects(createOffer(deps, owner, over), { reason: 'OFFER_PERIOD_INVALID' });
    assert.equal(deps.entitlements.units.size, 0);
    await assertEven(deps);
  });

  it('are counted once for twenty parallel calls of one request, and never beyond what there is', async () => {
    const deps = world();
    const same = await Promise.allSettled(Array.from({ length: 20 }, () => create(deps, 'same')));
    const made = same.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    assert.equal(new Set(made).size, 1);
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => create(deps, `r${n}`)));
    later = 600_000;
    await sweep(deps);
    assert.equal((await listed(deps)).length, 5);
    await assertEven(deps);
  });

  for (const cutOff of ['before', 'after'] as const) {
    it(`go on with the same offer when the process died ${cutOff} payment reserved and the call is repeated`, async () => {
      const deps = world();
      deps.entitlements.cutOff = cutOff;
      await assert.rejects(create(deps, 'r'), { reason: 'SERVICE_UNAVAILABLE' });
      assert.deepEqual(await listed(deps), []);
      const offer = await create(deps, 'r');
      assert.deepEqual([...deps.entitlements.units.keys()], [offer.id]);
      await assertEven(deps);
    });

    it(`come back by the sweep when the process died ${cutOff} payment reserved and nobody repeats the call`, async () => {
      const deps = world();
      deps.entitlements.cutOff = cutOff;
      await assert.rejects(create(deps, 'r'));
      await sweep(deps);
      assert.equal(await pending(), 1, 'a call may still be at work');
      later = 121_000;
      assert.equal(await sweep(deps), 1);
      await assertEven(deps);
      await create(deps, 'r');
      await assertEven(deps);
    });

    it(`come back by the sweep when the process died ${cutOff} payment took back the unit of a deleted offer`, async () => {
      const deps = world();
      const offer = await create(deps, 'r');
      deps.entitlements.cutOff = cutOff;
      await deleteOffer(deps, owner, offer.id);
      assert.deepEqual([(await listed(deps)).length, await pending()], [0, 1]);
      later = 6_000;
      assert.equal(await sweep(deps), 1);
      await assertEven(deps);
    });
  }

  it('do not become an offer when the sweep gave them up under a slow creation', async () => {
    const deps = world();
    const slow: World = {
      ...deps,
      entitlements: {
        ...deps.entitlements,
        async reserve(unit) {
          await deps.entitlements.reserve(unit);
          if (later > 0) return;
          later = 121_000; // the process stood still
          await sweep(deps);
        },
      },
    };
    const offer = await create(slow, 'r');
    assert.deepEqual([...deps.entitlements.units.values()].toSorted(), ['returned', 'used']);
    assert.equal(deps.entitlements.units.get(offer.id), 'used');
    await assertEven(deps);
  });

  it('that one call lost to the same call elsewhere go back', async () => {
    const deps = world();
    const offers = createOfferRepository(place.db);
    let raced = false;
    const late: World = {
      ...deps,
      offers: {
        ...offers,
        async findCreated(asked) {
          const found = await offers.findCreated(asked);
          if (!raced) {
            raced = true;
            await create(deps, 'r'); // begins and ends between this call's look and its own beginning
          }
          return found;
        },
      },
    };
    const offer = await create(late, 'r');
    assert.deepEqual(
      (await listed(deps)).map(({ id }) => id),
      [offer.id],
    );
    later = 6_000;
    assert.equal(await sweep(deps), 1);
    await assertEven(deps);
  });
});
