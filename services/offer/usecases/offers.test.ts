import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { admin, fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { anOffer } from '../test/offers.ts';
import { createOffer } from './create-offer.ts';
import { deleteOffer } from './delete-offer.ts';
import { getOffer } from './get-offer.ts';
import { listShopOffers } from './list-shop-offers.ts';
import { publishOffer } from './publish-offer.ts';
import { updateOffer } from './update-offer.ts';

const draft = anOffer();
const live = anOffer({ state: 'active' });
const { title, description, category, discount, startAt, endAt, shopId } = draft;
const text = { title, description, category, discount, startAt, endAt };

describe('createOffer', () => {
  const input = { ...text, shopId, requestId: 'r1' };

  it('writes a draft at the shop and its PIN code', async () => {
    const offer = await createOffer(fakeDeps(), owner, input);
    assert.deepEqual([offer.state, offer.shopId, offer.pincode, offer.version], ['draft', shopId, '560034', 1]);
  });

  it('refuses a stranger as if the shop did not exist, and stores nothing', async () => {
    const deps = fakeDeps();
    await assert.rejects(createOffer(deps, stranger, input), { reason: 'SHOP_NOT_FOUND' });
    await assert.rejects(createOffer(deps, owner, { ...input, endAt: deps.now() }), { reason: 'OFFER_PERIOD_INVALID' });
    assert.equal(deps.stored.size, 0);
  });
});

describe('getOffer', () => {
  it('shows a live offer to everybody', async () => {
    for (const actor of [undefined, stranger, owner, admin]) {
      assert.equal((await getOffer(fakeDeps(live), actor, live.id)).id, live.id);
    }
  });

  it('shows a draft to its owner and admins only', async () => {
    for (const actor of [owner, admin]) assert.equal((await getOffer(fakeDeps(draft), actor, draft.id)).id, draft.id);
    for (const actor of [undefined, stranger]) {
      await assert.rejects(getOffer(fakeDeps(draft), actor, draft.id), { reason: 'OFFER_NOT_FOUND' });
    }
  });
});

describe('listShopOffers', () => {
  it('asks for the live ones unless the owner asks', async () => {
    const deps = fakeDeps();
    const asked: (Date | undefined)[] = [];
    const offers = {
      ...deps.offers,
      listOfShop: async ({ liveAt }: { liveAt: Date | undefined }) => (asked.push(liveAt), []),
    };
    for (const actor of [undefined, stranger, owner, admin]) {
      await listShopOffers({ ...deps, offers }, actor, { shopId, limit: 21, after: undefined });
    }
    assert.deepEqual(asked, [deps.now(), deps.now(), undefined, undefined]);
  });
});

describe('updateOffer', () => {
  const change = (changes: object = {}) => ({
    offerId: draft.id,
    etag: '',
    paths: ['title'],
    patch: { ...text, title: 'New', category: 'other' },
    validate: () => {},
    ...changes,
  });

  it('changes what the mask names and raises the version', async () => {
    const offer = await updateOffer(fakeDeps(draft), owner, change({ etag: '"1"' }));
    assert.deepEqual([offer.title, offer.category, offer.version], ['New', 'grocery', 2]);
  });

  it('refuses a live offer, an older version, a stranger and a text that breaks a rule, and changes nothing', async () => {
    await assert.rejects(updateOffer(fakeDeps(live), owner, change()), { reason: 'OFFER_STATE' });
    await assert.rejects(updateOffer(fakeDeps(draft), owner, change({ etag: '"0"' })), { reason: 'ETAG_MISMATCH' });
    await assert.rejects(updateOffer(fakeDeps(draft), stranger, change()), { reason: 'OFFER_NOT_FOUND' });
    const deps = fakeDeps(draft);
    const ended = change({ paths: ['end_time'], patch: { ...text, endAt: new Date(0) } });
    await assert.rejects(updateOffer(deps, owner, ended), { reason: 'OFFER_PERIOD_INVALID' });
    assert.deepEqual(deps.stored.get(draft.id), draft);
  });
});

describe('publishOffer', () => {
  it('makes a draft live, and a repeated call changes nothing more', async () => {
    const deps = fakeDeps(draft);
    const published = await publishOffer(deps, owner, draft.id);
    assert.deepEqual([published.state, published.version], ['active', 2]);
    assert.deepEqual(await publishOffer(deps, owner, draft.id), published);
  });

  it('answers the loser of a race with what the winner published', async () => {
    const deps = fakeDeps(draft);
    const { save } = deps.offers;
    let raced = false;
    const standings: typeof deps.standings = {
      ...deps.standings,
      async show(offer) {
        if (raced) return save(offer);
        raced = true;
        await save(offer); // the winner
        throw new DomainError('aborted', 'ETAG_MISMATCH', 'somebody was faster');
      },
    };
    const published = await publishOffer({ ...deps, standings }, owner, draft.id);
    assert.deepEqual([published.state, published.version], ['active', 2]);
  });

  it('shows the offer where the shop is now', async () => {
    const moved = anOffer({ pincode: '110001' });
    assert.equal((await publishOffer(fakeDeps(moved), owner, moved.id)).pincode, '560034');
  });

  it('needs an approved shop', async () => {
    const deps = Object.assign(fakeDeps(draft), { approved: false });
    await assert.rejects(publishOffer(deps, owner, draft.id), { reason: 'SHOP_NOT_APPROVED' });
    assert.equal(deps.stored.get(draft.id)?.state, 'draft');
  });
});

describe('deleteOffer', () => {
  it('deletes a draft but nothing that customers may have seen', async () => {
    const deps = fakeDeps(draft);
    await deleteOffer(deps, owner, draft.id);
    assert.equal(deps.stored.size, 0);
    await assert.rejects(deleteOffer(fakeDeps(live), owner, live.id), { reason: 'OFFER_STATE' });
  });
});
