import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, testServers } from '@doffers/testkit';
import { auditCampaign } from '../../scripts/audit/audit-campaign.ts';
import {
  assertExactMoney,
  assertNothingPending,
  draftCampaign,
  funnelsOf,
  inDays,
  publishOffer,
  reportWhen,
  seedCustomers,
  topUp,
} from './campaign-steps.ts';
import { openShop, type Shopkeeper } from './people.ts';
import { assertRefusal } from './refusal.ts';

describe('one campaign from the wallet to the tax invoice', () => {
  let asha: Shopkeeper;
  let campaignId: string;
  let quote: Record<string, unknown>;

  before(async () => {
    seedCustomers(2_000);
    asha = await openShop();
    campaignId = await draftCampaign(asha, { offerId: await publishOffer(asha), requestId: 'c' });
  });

  it('is quoted for a frozen audience', async () => {
    const quoted = await asha.api.post(`/v1/campaigns/${campaignId}:quote`, { body: { requestId: 'q' } });
    assert.equal(quoted.status, 200, JSON.stringify(quoted.body));
    quote = quoted.body;
    assert.ok(Number(quote.customers) > 0);
  });

  it('does not start without money, and may be launched again after a top-up', async () => {
    const launch = (requestId: string) =>
      asha.api.post(`/v1/campaigns/${campaignId}:launch`, { body: { requestId, quoteId: quote.quoteId } });
    assertRefusal(await launch('l1'), [400, 'INSUFFICIENT_FUNDS']);
    await topUp(asha, 5_000_000);
    const launched = await launch('l2');
    assert.equal(launched.status, 200, JSON.stringify(launched.body));
    assert.equal(launched.body.heldPaise, quote.totalPaise);
    assert.deepEqual((await launch('l2')).body, launched.body);
    assertRefusal(await launch('l3'), [409, 'ALREADY_LAUNCHED']);
  });

  it('ends settled, with nothing lost, nothing sent twice and an invoice for what was delivered', async () => {
    const report = await reportWhen(asha, campaignId, { state: 'COMPLETED' });
    assertNothingPending(funnelsOf(report));
    const captured = assertExactMoney(report);
    const wallet = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    assert.deepEqual([wallet.body.heldPaise, Number(wallet.body.availablePaise)], ['0', 5_000_000 - captured]);
    const { lost, duplicates, ledgerImbalancePaise, unexplained, miscounted, problems, books } = await auditCampaign(
      { ports: testServers().stack },
      campaignId,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual([lost, duplicates, ledgerImbalancePaise, unexplained, miscounted], [0, 0, 0, 0, 0]);
    const { heldPaise, releasedPaise } = report;
    assert.deepEqual([books.heldPaise, books.capturedPaise, books.releasedPaise].map(String), [
      heldPaise,
      String(captured),
      releasedPaise,
    ]);
  });

  it('shows its recipients, its last event and the PDF of its invoice to its shopkeeper only', async () => {
    const path = `/v1/campaigns/${campaignId}`;
    const { body } = await asha.api.get(`${path}/recipients?channel=PUSH&pageSize=5`);
    const [first] = body.recipients as { deliveryId: string }[];
    assert.equal(first?.deliveryId, `${campaignId}.p.0`);
    const watched = await asha.api.get(`${path}:watch`);
    assert.match(String(watched.body.text), /"done"/);
    const report = await asha.api.get(`${path}/report`);
    const pdf = `/v1/invoices/${String(report.body.invoiceId)}/pdf`;
    const stored = await eventually(async () => {
      const answer = await asha.api.get(pdf);
      assert.equal(answer.status, 200);
      return answer;
    });
    assert.equal(stored.headers.get('content-type'), 'application/pdf');
    const other = await openShop();
    assertRefusal(await other.api.get(pdf), [404, 'INVOICE_NOT_FOUND']);
    assertRefusal(await other.api.get(`${path}/recipients?channel=PUSH`), [404, 'CAMPAIGN_NOT_FOUND']);
    assertRefusal(await asha.api.post(`${path}:cancel`, { body: { requestId: 'late' } }), [400, 'CAMPAIGN_STATE']);
  });

  it('may mean whole cities and customers seen lately, if the PIN directory knows them', async () => {
    const { body: first } = await asha.api.get(`/v1/campaigns/${campaignId}`);
    const quoteOf = async (requestId: string, audience: object) => {
      const { offerId, content } = first;
      const { body } = await asha.api.post(`/v1/shops/${asha.shopId}/campaigns`, {
        body: { requestId, offerId, name: 'City', channels: ['IN_APP'], content, audience },
      });
      return asha.api.post(`/v1/campaigns/${String(body.campaignId)}:quote`, { body: { requestId } });
    };
    const everybody = await quoteOf('city', { cities: ['Bengaluru Urban'] });
    const lately = await quoteOf('lately', { cities: ['Bengaluru Urban'], activeWithinDays: 30 });
    assert.ok(Number(everybody.body.customers) > Number(quote.customers), JSON.stringify(everybody.body));
    assert.ok(Number(lately.body.customers) < Number(everybody.body.customers), JSON.stringify(lately.body));
    const nowhere = await quoteOf('nowhere', { cities: ['Atlantis'] });
    assertRefusal(nowhere, [400, 'CITY_UNKNOWN']);
    assert.match(JSON.stringify(nowhere.body), /"field":"audience\.cities\[0\]"/);
  });

  it('leaves money for a pack, which is paid and granted together', async () => {
    const packs = await asha.api.get('/v1/packs');
    const [pack] = packs.body.packs as { packId: string; offers: number }[];
    assert.ok(pack);
    const before = await asha.api.get(`/v1/shops/${asha.shopId}/entitlements`);
    const body = { requestId: 'pack', packId: pack.packId };
    const bought = await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body });
    assert.equal(bought.status, 200, JSON.stringify(bought.body));
    await eventually(async () => {
      const after = await asha.api.get(`/v1/shops/${asha.shopId}/entitlements`);
      assert.equal(Number(after.body.offersGranted) - Number(before.body.offersGranted), pack.offers);
    });
    const again = await asha.api.post(`/v1/shops/${asha.shopId}/pack-purchases`, { body });
    assert.deepEqual([again.body.purchaseId, again.body.state], [bought.body.purchaseId, 'COMPLETED']);
  });

  it('that waits for its time is moved, then cancelled, and gives all its money back', async () => {
    const { body: first } = await asha.api.get(`/v1/campaigns/${campaignId}`);
    const { offerId, content, audience } = first;
    const before = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    const { body: second } = await asha.api.post(`/v1/shops/${asha.shopId}/campaigns`, {
      body: { requestId: 'c2', offerId, name: 'Later', channels: ['IN_APP'], content, audience },
    });
    const path = `/v1/campaigns/${String(second.campaignId)}`;
    const quoted = await asha.api.post(`${path}:quote`, { body: { requestId: 'q' } });
    const launch = { requestId: 'l', quoteId: quoted.body.quoteId, sendTime: inDays(1) };
    const launched = await asha.api.post(`${path}:launch`, { body: launch });
    assert.equal(launched.status, 200, JSON.stringify(launched.body));
    const held = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    assert.equal(held.body.heldPaise, quoted.body.totalPaise);
    const moved = await asha.api.post(`${path}:reschedule`, { body: { requestId: 'r', sendTime: inDays(2) } });
    assert.equal(moved.status, 200, JSON.stringify(moved.body));
    const cancelled = await asha.api.post(`${path}:cancel`, { body: { requestId: 'x' } });
    assert.deepEqual([cancelled.status, cancelled.body.openMessages], [200, '0'], JSON.stringify(cancelled.body));
    await eventually(async () => {
      assert.equal((await asha.api.get(path)).body.state, 'CANCELLED');
      const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
      assert.deepEqual([body.heldPaise, body.availablePaise], ['0', before.body.availablePaise]);
    });
  });
});
