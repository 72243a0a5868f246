import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { askDatabases, idBytes } from '../faults/ask-database.ts';
import { draftCampaign, publishOffer, seedCustomers, succeeded, topUp } from './campaign-steps.ts';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

const walletPaise = 1_000_000;

describe('a launch is held to its quote', () => {
  const databases = askDatabases();
  let asha: Shopkeeper;
  let offerId: string;
  before(async () => {
    seedCustomers(2_000);
    asha = await openShop();
    offerId = await publishOffer(asha);
    await topUp(asha, walletPaise);
  });
  after(() => databases.close());

  const draft = (requestId: string) => draftCampaign(asha, { offerId, requestId, channels: ['IN_APP'], radiusKm: 2 });
  const quoted = async (campaignId: string, requestId = 'quote') =>
    succeeded(await asha.api.post(`/v1/campaigns/${campaignId}:quote`, { body: { requestId } }));
  const quoteOf = async (campaignId: string, requestId?: string) =>
    String((await quoted(campaignId, requestId)).quoteId);
  const launch = (campaignId: string, quoteId: string, requestId: string) =>
    asha.api.post(`/v1/campaigns/${campaignId}:launch`, { body: { requestId, quoteId } });

  /** The wallet once nothing of it is held: what was launched before is settled. */
  const settledWallet = () =>
    eventually(
      async () => {
        const wallet = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`));
        assert.equal(wallet.heldPaise, '0');
        return wallet;
      },
      { timeoutMs: 60_000 },
    );

  async function assertNothingHappened(campaignId: string): Promise<void> {
    assert.equal(succeeded(await asha.api.get(`/v1/campaigns/${campaignId}`)).state, 'DRAFT');
    const { heldPaise, availablePaise } = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`));
    assert.deepEqual([heldPaise, availablePaise], ['0', String(walletPaise)]);
  }

  it('that has expired', async () => {
    const campaignId = await draft('expired');
    const quoteId = await quoteOf(campaignId);
    await databases.ask('UPDATE campaign_db.quote SET expires_at = NOW(3) WHERE id = ?', [idBytes(quoteId)]);
    assertRefusal(await launch(campaignId, quoteId, 'l'), [400, 'QUOTE_EXPIRED']);
    await assertNothingHappened(campaignId);
  });

  it('that is older than the last change of the campaign', async () => {
    const campaignId = await draft('stale');
    const quoteId = await quoteOf(campaignId);
    const { etag } = succeeded(await asha.api.get(`/v1/campaigns/${campaignId}`));
    const change = { name: 'Another week', etag };
    succeeded(await asha.api.patch(`/v1/campaigns/${campaignId}?updateMask=name`, { body: change }));
    assertRefusal(await launch(campaignId, quoteId, 'l'), [400, 'QUOTE_STALE']);
    await assertNothingHappened(campaignId);
  });

  it('that is another campaign’s, and one that does not exist', async () => {
    const [campaignId, other] = await Promise.all([draft('mine'), draft('other')]);
    assertRefusal(await launch(campaignId, await quoteOf(other), 'l1'), [404, 'QUOTE_NOT_FOUND']);
    assertRefusal(await launch(campaignId, crypto.randomUUID(), 'l2'), [404, 'QUOTE_NOT_FOUND']);
    await assertNothingHappened(campaignId);
  });

  it('and gets the same answer for the same request, which no other quote can use', async () => {
    const campaignId = await draft('twice');
    const [quoteId, second] = [await quoteOf(campaignId), await quoteOf(campaignId, 'again')];
    const [one, two] = await Promise.all([launch(campaignId, quoteId, 'l'), launch(campaignId, quoteId, 'l')]);
    assert.deepEqual(succeeded(one), succeeded(two));
    assertRefusal(await launch(campaignId, second, 'l'), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assertRefusal(await launch(campaignId, quoteId, 'l2'), [409, 'ALREADY_LAUNCHED']);
    const [{ launches } = { launches: 0 }] = await databases.ask<{ launches: number }>(
      'SELECT COUNT(*) AS launches FROM campaign_db.launch WHERE campaign_id = ?',
      [idBytes(campaignId)],
    );
    assert.equal(launches, 1);
  });

  it('but takes nothing from a wallet that an admin has frozen, and goes on when it is released', async () => {
    const office = await admin({ secondFactor: true });
    const set = async (deed: 'freeze' | 'unfreeze') =>
      succeeded(
        await office.post(`/v1/admin/shops/${asha.shopId}/wallet:${deed}`, {
          body: { requestId: deed, reason: 'a look at it' },
        }),
      );
    const campaignId = await draft('frozen');
    const quoteId = await quoteOf(campaignId);
    const { postedPaise } = await settledWallet();
    await set('freeze');
    assertRefusal(await launch(campaignId, quoteId, 'l'), [400, 'WALLET_FROZEN']);
    const purchase = { requestId: 'frozen', packId: 'offers-5' };
    const bought = await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body: purchase });
    assertRefusal(bought, [400, 'WALLET_FROZEN']);
    const frozen = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`));
    assert.deepEqual([frozen.status, frozen.heldPaise, frozen.postedPaise], ['FROZEN', '0', postedPaise]);
    await set('unfreeze');
    assertRefusal(await launch(campaignId, quoteId, 'l'), [400, 'WALLET_FROZEN']);
    assert.ok(Number(succeeded(await launch(campaignId, quoteId, 'again')).heldPaise) > 0);
  });

  it('when another campaign has used the included messages meanwhile, which costs nothing until it is quoted anew', async () => {
    const pack = { requestId: 'pack', packId: 'in-app-50000' };
    succeeded(await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body: pack }));
    await eventually(async () => {
      const { messages } = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/entitlements`));
      assert.equal((messages as unknown[]).length, 1);
    });
    const [first, second] = await Promise.all([draft('first'), draft('second')]);
    const size = Number((await quoted(first, 'sizes')).customers);
    await databases.ask('UPDATE payment_db.message_units SET granted = ? WHERE shop_id = ?', [
      size,
      idBytes(asha.shopId),
    ]);
    const [one, two] = [await quoted(first), await quoted(second)];
    assert.deepEqual([one.totalPaise, two.totalPaise], ['0', '0']);
    const [line] = one.lines as { recipients: string; included: string; taxablePaise: string }[];
    assert.deepEqual([line?.included, line?.taxablePaise], [line?.recipients, '0']);
    succeeded(await launch(first, String(one.quoteId), 'l'));
    const before = await settledWallet();
    assertRefusal(await launch(second, String(two.quoteId), 'l'), [400, 'QUOTE_STALE']);
    const { heldPaise, availablePaise } = succeeded(await asha.api.get(`/v1/shops/${asha.shopId}/wallet`));
    assert.deepEqual([heldPaise, availablePaise], [before.heldPaise, before.availablePaise]);
    const anew = await quoted(second, 'anew');
    assert.ok(Number(anew.totalPaise) > 0);
    const launched = succeeded(await launch(second, String(anew.quoteId), 'again'));
    assert.equal(launched.heldPaise, anew.totalPaise);
  });
});
