import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { eventually, type RestResponse, testServers } from '@doffers/testkit';
import type { Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';

const { sandboxUrl, stack } = testServers();

export const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

type Channel = 'WHATSAPP' | 'PUSH' | 'IN_APP';
type Body = Record<string, unknown>;

/** How one channel of a campaign stands, as progress and report tell it. Counts are JSON strings. */
export type Funnel = Record<string, unknown> & { readonly channel: Channel; readonly reasons?: readonly Body[] };

/** What the sandbox wrote down of one message that it accepted. */
export type Recorded = {
  readonly atMs: number;
  readonly channel: string;
  readonly delivery: string;
  readonly recipientHash: string;
};

/** Adds synthetic customers around PIN code 560034 until there are so many. */
export function seedCustomers(customers: number): void {
  const seed = fileURLToPath(new URL('../../services/user/seed-customers.ts', import.meta.url));
  const seeded = spawnSync(process.execPath, [seed, '--customers', String(customers)], {
    env: { ...process.env, DOFFERS_PORT_OFFSET: String(stack.offset) },
    encoding: 'utf8',
  });
  assert.equal(seeded.status, 0, seeded.stderr);
}

/** Calls and answers the body of the success: at once, or as often as it takes where processes die. */
export type SuccessOf = (call: () => Promise<RestResponse>) => Promise<Body>;

const atOnce: SuccessOf = async (call) => succeeded(await call());

/** Publishes an offer of the shop and answers its id. */
export async function publishOffer(
  { api, shopId }: Shopkeeper,
  requestId = 'offer',
  successOf: SuccessOf = atOnce,
): Promise<string> {
  const body = { requestId, title: 'Flat 20% off', discount: { percent: { percent: 20 } }, endTime: inDays(30) };
  const created = await successOf(() => api.post(`/v1/shops/${shopId}/offers`, { body }));
  const offerId = String(created.offerId);
  await successOf(() => api.post(`/v1/offers/${offerId}:publish`, { body: { requestId } }));
  return offerId;
}

type Draft = {
  readonly offerId: string;
  readonly requestId: string;
  readonly channels?: readonly Channel[];
  /** Around PIN code 560034. */
  readonly radiusKm?: number;
};

/** Drafts a campaign with a text for each channel and answers its id. */
export async function draftCampaign(
  owner: Shopkeeper,
  { offerId, requestId, channels = ['WHATSAPP', 'PUSH', 'IN_APP'], radiusKm = 5 }: Draft,
  successOf: SuccessOf = atOnce,
): Promise<string> {
  const content = {
    title: 'Flat 20% off',
    body: 'At Asha Stores',
    ...(channels.includes('WHATSAPP') && {
      whatsappTemplate: 'offer_announcement',
      whatsappVariables: ['there', 'Asha Stores', 'Flat 20% off', '24 December'],
    }),
  };
  const audience = { pincodes: ['560034'], radiusKm };
  const body = { requestId, offerId, name: 'Diwali week', channels, content, audience };
  const created = await successOf(() => owner.api.post(`/v1/shops/${owner.shopId}/campaigns`, { body }));
  return String(created.campaignId);
}

/** Pays into the wallet and waits until it is there. */
export async function topUp(owner: Shopkeeper, amountPaise: number, requestId = 'topup'): Promise<void> {
  const path = `/v1/shops/${owner.shopId}/topups`;
  const topup = succeeded(await owner.api.post(path, { body: { requestId, amountPaise: String(amountPaise) } }));
  await payOrder(topup.gatewayOrderId);
  await eventually(
    async () => {
      const { state } = succeeded(await owner.api.get(`/v1/topups/${String(topup.topupId)}`));
      assert.equal(state, 'CREDITED');
    },
    { timeoutMs: 60_000 },
  );
}

/** Freezes and prices the audience, and launches under that quote. Answers the quote. */
export async function launchNow({ api }: Shopkeeper, campaignId: string, successOf: SuccessOf = atOnce): Promise<Body> {
  const path = `/v1/campaigns/${campaignId}`;
  const quote = await successOf(() => api.post(`${path}:quote`, { body: { requestId: 'quote' } }));
  const launch = { requestId: 'launch', quoteId: quote.quoteId };
  await successOf(() => api.post(`${path}:launch`, { body: launch }));
  return quote;
}

/** The report of a campaign once it has ended in `state`; a bill is waited for as well, when there is something to bill. */
export async function reportWhen(
  owner: Shopkeeper,
  campaignId: string,
  { state, timeoutMs = 180_000 }: { readonly state: 'COMPLETED' | 'CANCELLED'; readonly timeoutMs?: number },
): Promise<Body> {
  return eventually(
    async () => {
      const report = succeeded(await owner.api.get(`/v1/campaigns/${campaignId}/report`));
      assert.equal((report.progress as Body).state, state, JSON.stringify(report));
      assert.ok(report.capturedPaise === '0' || report.invoiceNumber, JSON.stringify(report));
      return report;
    },
    { timeoutMs, everyMs: 200 },
  );
}

export const funnelsOf = (report: Body) => (report.progress as { channels: Funnel[] }).channels;

/** Every planned delivery is counted exactly once, and none is still to be sent. */
export function assertNothingPending(funnels: readonly Funnel[]): void {
  for (const funnel of funnels) {
    const { size, pending, accepted, delivered, read, failed, suppressed, unknown } = funnel;
    const ends = [pending, accepted, delivered, read, failed, suppressed, unknown].map(Number);
    assert.deepEqual([ends.reduce((a, b) => a + b), pending], [Number(size), '0'], JSON.stringify(funnel));
  }
}

/** What was held is captured or back, and the invoice says what was captured. Answers the captured paise. */
export function assertExactMoney(report: Body): number {
  const [held, captured, released] = [report.heldPaise, report.capturedPaise, report.releasedPaise].map(Number);
  assert.equal(held, (captured ?? 0) + (released ?? 0), JSON.stringify(report));
  if (captured !== 0) assert.equal(report.invoiceTotalPaise, report.capturedPaise);
  return captured ?? 0;
}

/** What providers accepted of a campaign. */
export async function recordedOf(campaignId: string, channel?: 'whatsapp' | 'push'): Promise<Recorded[]> {
  const filter = new URLSearchParams({ campaign: campaignId, ...(channel && { channel }) });
  const answer = await fetch(`${sandboxUrl}/recorder/messages?${filter.toString()}`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Recorded);
}

export function assertNobodyTwice(messages: readonly Recorded[]): void {
  assert.equal(new Set(messages.map(({ recipientHash }) => recipientHash)).size, messages.length);
}

/** Changes how the outside world behaves: `settings` or `faults` of the sandbox. */
export async function tellSandbox(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> {
  const answer = await fetch(sandboxUrl + path, { method, ...(body && { body: JSON.stringify(body) }) });
  assert.ok(answer.ok, await answer.text());
}

/** The body of an answer that must be a success. */
export function succeeded({ status, body }: RestResponse): Body {
  assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(body)}`);
  return body;
}
