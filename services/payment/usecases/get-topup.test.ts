import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fakeBooks } from '../test/fake-books.ts';
import { aTopup } from '../test/topups.ts';
import type { Deps } from './deps.ts';
import { getTopup } from './get-topup.ts';
import { getWallet } from './get-wallet.ts';
import { listWalletEntries } from './list-wallet-entries.ts';

const topup = aTopup();
const shopAccess = async (shopId: string) => ({ shopId, ownerId: 'owner' });
const deps = { books: fakeBooks(topup).books, shopAccess } as unknown as Deps;
const stranger = { userId: 'stranger', admin: false };

it('a top-up and the wallet are read by the owner of the shop and by admins', async () => {
  for (const actor of [
    { userId: 'owner', admin: false },
    { userId: 'admin', admin: true },
  ]) {
    assert.deepEqual(await getTopup(deps, actor, topup.id), topup);
    assert.equal((await getWallet(deps, actor, topup.shopId)).postedCash, 0);
    assert.deepEqual(await listWalletEntries(deps, actor, { shopId: topup.shopId, limit: 10, after: undefined }), []);
  }
});

it("another shop's top-up looks exactly like one that does not exist", async () => {
  const answerTo = (id: string) => getTopup(deps, stranger, id).catch((error: unknown) => error);
  assert.deepEqual(await answerTo(topup.id), await answerTo('019ab000-0000-7000-8000-0000000000ff'));
  await assert.rejects(getTopup(deps, stranger, topup.id), { code: 'not_found', reason: 'TOPUP_NOT_FOUND' });
});

it("another shop's wallet looks exactly like one of a shop that does not exist", async () => {
  const query = { shopId: topup.shopId, limit: 10, after: undefined };
  await assert.rejects(getWallet(deps, stranger, topup.shopId), { code: 'not_found', reason: 'SHOP_NOT_FOUND' });
  await assert.rejects(listWalletEntries(deps, stranger, query), { code: 'not_found', reason: 'SHOP_NOT_FOUND' });
});
