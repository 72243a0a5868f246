import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Offer_State, OfferService } from '@doffers/proto/offer/v1/offer_service';
import type { Client } from '@doffers/rpc';
import { startTestServer, type TestServer } from '@doffers/testkit';
import { fakeDeps, owner, stranger } from '../test/fake-deps.ts';
import { anOffer } from '../test/offers.ts';
import { createOfferHandlers } from './offer-handlers.ts';

const draft = anOffer();
const endTime = timestampFromDate(draft.endAt);

describe('OfferService over gRPC', () => {
  const deps = fakeDeps(draft);
  let server: TestServer;
  let shopkeeper: Client<typeof OfferService>;
  before(async () => {
    server = await startTestServer('offer', (serve) => serve(OfferService, createOfferHandlers(deps)));
    shopkeeper = await server.user(OfferService, { userId: owner.userId, roles: ['shopkeeper'] });
  });
  after(() => server.stop());

  it('carries both kinds of discount there and back, to the paisa', async () => {
    const kinds = [
      { case: 'flat', value: { amountPaise: 12_345n } },
      { case: 'percent', value: { percent: 15, capPaise: 50_001n } },
    ] as const;
    for (const kind of kinds) {
      const discount = { kind, minBillPaise: 99_999n };
      const request = { shopId: draft.shopId, requestId: `r-${kind.case}`, title: 'Diwali', discount, endTime };
      const offer = await shopkeeper.createOffer(request);
      assert.equal(offer.state, Offer_State.DRAFT);
      assert.equal(offer.etag, '"1"');
      const { discount: answered } = await shopkeeper.getOffer({ offerId: offer.offerId });
      assert.deepEqual([answered?.kind.case, answered?.minBillPaise], [kind.case, 99_999n]);
    }
  });

  it('names every wrong field of a request at once', async () => {
    const request = { shopId: 'x', requestId: 'r', title: '', discount: { minBillPaise: -1n }, endTime };
    await assert.rejects(shopkeeper.createOffer(request), (error: { reason: string; fields: { field: string }[] }) => {
      assert.equal(error.reason, 'VALIDATION');
      const fields = error.fields.map(({ field }) => field).toSorted();
      assert.deepEqual(fields, ['discount.kind', 'discount.minBillPaise', 'shopId', 'title']);
      return true;
    });
  });

  it('checks the merged offer of an update, not the partial one', async () => {
    const { offerId, title } = await shopkeeper.updateOffer({
      offer: { offerId: draft.id, title: 'Only the title' },
      updateMask: { paths: ['title'] },
    });
    assert.deepEqual([offerId, title], [draft.id, 'Only the title']);
    const tooShort = { offer: { offerId: draft.id, title: 'x' }, updateMask: { paths: ['title'] } };
    await assert.rejects(shopkeeper.updateOffer(tooShort), { reason: 'VALIDATION' });
    const noId = { offer: { offerId: 'nonsense', title: 'Fine' }, updateMask: { paths: ['title'] } };
    await assert.rejects(shopkeeper.updateOffer(noId), { reason: 'VALIDATION' });
    assert.equal(deps.stored.get(draft.id)?.title, 'Only the title');
  });

  it('shows an offer as expired from its end on, although no timer has fired', async () => {
    const over = anOffer({ id: '019ab000-0000-7000-8000-0000000000ee', state: 'active', endAt: deps.now() });
    deps.stored.set(over.id, over);
    assert.equal((await shopkeeper.getOffer({ offerId: over.id })).state, Offer_State.EXPIRED);
    const somebody = await server.user(OfferService, { userId: stranger.userId });
    await assert.rejects(somebody.getOffer({ offerId: over.id }), { reason: 'OFFER_NOT_FOUND' });
  });
});
