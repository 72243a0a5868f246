import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually, testServers } from '@doffers/testkit';
import { auditCampaign } from '../../scripts/audit/audit-campaign.ts';
import { openShop, type Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

type Funnel = Record<string, unknown> & { readonly channel: string };

describe('one campaign from the wallet to the tax invoice', () => {
  let asha: Shopkeeper;
  let campaignId: string;
  let quote: Record<string, unknown>;

  before(async () => {
    const seed = fileURLToPath(new URL('../../services/user/seed-customers.ts', import.meta.url));
    const seeded = spawnSync(process.execPath, [seed, '--customers', '2000'], {
      env: { ...process.env, DOFFERS_PORT_OFFSET: String(testServers().stack.offset) },
      encoding: 'utf8',
    });
    assert.equal(seeded.status, 0, seeded.stderr);
    asha = await openShop();
    const created = await asha.api.post(`/v1/shops/${asha.shopId}/offers`, {
      body: { requestId: 'o', title: 'Flat 20% off', discount: { percent: { percent: 20 } }, endTime: inDays(30) },
    });
    const published = await asha.api.post(`/v1/offers/${String(created.body.offerId)}:publish`, {
      body: { requestId: 'p' },
    });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    const campaign = await asha.api.post(`/v1/shops/${asha.shopId}/campaigns`, {
      body: {
        requestId: 'c',
        offerId: created.body.offerId,
        name: 'Diwali week',
        channels: ['WHATSAPP', 'PUSH', 'IN_APP'],
        content: {
          title: 'Flat 20% off',
          body: 'At Asha Stores',
          whatsappTemplate: 'offer_announcement',
          whatsappVariables: ['there', 'Asha Stores', 'Flat 20% off', '24 December'],
        },
        audience: { pincodes: ['560034'], radiusKm: 5 },
      },
    });
    assert.equal(campaign.status, 201, JSON.stringify(campaign.body));
    campaignId = String(campaign.body.campaignId);
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
    const topup = await asha.api.post(`/v1/shops/${asha.shopId}/topups`, {
      body: { requestId: 't', amountPaise: '5000000' },
    });
    await payOrder(topup.body.gatewayOrderId);
    await eventually(async () => {
      const { body } = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
      assert.equal(body.availablePaise, '5000000');
    });
    const launched = await launch('l2');
    assert.equal(launched.status, 200, JSON.stringify(launched.body));
    assert.equal(launched.body.heldPaise, quote.totalPaise);
    assert.deepEqual((await launch('l2')).body, launched.body);
    assertRefusal(await launch('l3'), [409, 'ALREADY_LAUNCHED']);
  });

  it('ends settled, with nothing lost, nothing sent twice and an invoice for what was delivered', async () => {
    const report = await eventually(
      async () => {
        const { body } = await asha.api.get(`/v1/campaigns/${campaignId}/report`);
        assert.equal((body.progress as Record<string, unknown> | undefined)?.state, 'COMPLETED', JSON.stringify(body));
        assert.ok(body.invoiceNumber);
        return body;
      },
      { timeoutMs: 90_000 },
    );
    const { channels } = report.progress as { channels: Funnel[] };
    for (const funnel of channels) {
      const { size, pending, accepted, delivered, read, failed, suppressed, unknown } = funnel;
      const ends = [pending, accepted, delivered, read, failed, suppressed, unknown].map(Number);
      assert.equal(
        ends.reduce((a, b) => a + b),
        Number(size),
        JSON.stringify(funnel),
      );
      assert.equal(pending, '0');
    }
    const [held, captured, released] = ['heldPaise', 'capturedPaise', 'releasedPaise'].map((n) => Number(report[n]));
    assert.equal(held, (captured ?? 0) + (released ?? 0));
    assert.equal(report.invoiceTotalPaise, report.capturedPaise);
    const wallet = await asha.api.get(`/v1/shops/${asha.shopId}/wallet`);
    assert.deepEqual([wallet.body.heldPaise, Number(wallet.body.availablePaise)], ['0', 5_000_000 - (captured ?? 0)]);
    const { lost, duplicates, ledgerImbalancePaise, unexplained, miscounted, problems, books } = await auditCampaign(
      { ports: testServers().stack },
      campaignId,
    );
    assert.deepEqual(problems, []);
    assert.deepEqual([lost, duplicates, ledgerImbalancePaise, unexplained, miscounted], [0, 0, 0, 0, 0]);
    assert.deepEqual([books.heldPaise, books.capturedPaise, books.releasedPaise], [held, captured, released]);
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
