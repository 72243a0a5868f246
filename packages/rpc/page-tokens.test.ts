import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, type Message } from '@bufbuild/protobuf';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { ListNearbyOffersRequestSchema, OfferService } from '@doffers/proto/offer/v1/offer_service';
import { accessOf } from './access.ts';
import type { CallContext, UserCaller } from './call-context.ts';
import { bindPageTokens } from './page-tokens.ts';

const reader = (userId: string): CallContext =>
  ({ caller: { kind: 'user', userId } satisfies Partial<UserCaller> }) as unknown as CallContext;
const asha = reader('asha');

/** A list that answers the token it was given, one step on. */
function listOf(method: Parameters<typeof bindPageTokens>[0]) {
  const seen: string[] = [];
  const list = bindPageTokens(method, accessOf(method), async (request) => {
    const { pageToken } = request as Message & { pageToken: string };
    seen.push(pageToken);
    return { nextPageToken: `${pageToken}x` };
  });
  return { seen, list };
}

const near = (changes: object) => create(ListNearbyOffersRequestSchema, { pincode: '560034', ...changes });

test('a token continues its list, whatever the size of the page', async () => {
  const { seen, list } = listOf(OfferService.method.listNearbyOffers);
  const first = await list(near({ pageSize: 5 }), asha);
  await list(near({ pageSize: 9, pageToken: String(first.nextPageToken) }), asha);
  assert.deepEqual(seen, ['', 'x']);
});

test('a token of other filters, of another method or of nothing at all does not reach the handler', async () => {
  const { seen, list } = listOf(OfferService.method.listNearbyOffers);
  const { nextPageToken } = await list(near({}), asha);
  for (const request of [
    near({ pageToken: String(nextPageToken), category: 'food' }),
    near({ pageToken: String(nextPageToken), pincode: '560035' }),
    near({ pageToken: 'x' }),
    near({ pageToken: `y${String(nextPageToken).slice(0, -1)}` }),
  ]) {
    await assert.rejects(list(request, asha), { reason: 'PAGE_TOKEN_INVALID' });
  }
  assert.deepEqual(seen, ['']);
});

test('where a login is needed, the token of another person is refused; a public list is the same for all', async () => {
  const inbox = listOf(InboxService.method.listInbox);
  const request = (pageToken: string) => create(InboxService.method.listInbox.input, { pageToken });
  const { nextPageToken } = await inbox.list(request(''), asha);
  await assert.rejects(inbox.list(request(String(nextPageToken)), reader('binu')), { reason: 'PAGE_TOKEN_INVALID' });
  await inbox.list(request(String(nextPageToken)), asha);
  const offers = listOf(OfferService.method.listNearbyOffers);
  const page = await offers.list(near({}), asha);
  await offers.list(near({ pageToken: String(page.nextPageToken) }), reader('binu'));
  assert.deepEqual(offers.seen, ['', 'x']);
});

test('a method without pages is left alone', () => {
  const handle = async () => ({});
  assert.equal(bindPageTokens(OfferService.method.getOffer, accessOf(OfferService.method.getOffer), handle), handle);
});
