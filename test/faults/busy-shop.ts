import assert from 'node:assert/strict';
import { eventually, type RestClient, type RestResponse } from '@doffers/testkit';
import { draftCampaign, launchNow, publishOffer } from '../e2e/campaign-steps.ts';
import type { Shopkeeper } from '../e2e/people.ts';
import { payOrder } from '../e2e/razorpay.ts';
import { persist } from './persist.ts';

/** Whoever waits here waits for restarts and back-offs. */
const patience = { timeoutMs: 420_000, everyMs: 500 };

/** What a shop paid at the gateway, by order. */
export type Spending = { readonly orders: readonly string[] };

/**
 * Everything that moves a shop's money, one after the other as its owner would: top-ups, one of them paid twice; a pack; a
 * campaign; a subscription, and its renewal, for which an admin of `office` lets a month pass; more of the first two. Each
 * command is repeated under its id until it is answered.
 */
export async function spend(owner: Shopkeeper, office: RestClient): Promise<Spending> {
  const { api, shopId } = owner;
  const shop = `/v1/shops/${shopId}`;
  const orders = [await topUp(owner, 15_000_00, 'double')];
  await buyPack(owner, 'first');
  // Before the plan, which includes its messages: it would cost nothing, and have no invoice.
  await campaign(owner);
  const subscribe = { requestId: 'subscribe', planId: 'business' };
  const { subscriptionId } = await persist(() => api.post(`${shop}/subscriptions`, { body: subscribe }));
  const subscription = () => api.get(`/v1/subscriptions/${String(subscriptionId)}`);
  await reaches(subscription, { status: 'ACTIVE', periodNo: 1 });
  const month = { requestId: `month-${String(subscriptionId)}` };
  await persist(() => office.post(`/v1/admin/subscriptions/${String(subscriptionId)}:fastForward`, { body: month }));
  await reaches(subscription, { status: 'ACTIVE', periodNo: 2 });
  orders.push(await topUp(owner, 500_00));
  await buyPack(owner, 'second');
  return { orders };
}

async function topUp({ api, shopId }: Shopkeeper, amountPaise: number, outcome: 'success' | 'double' = 'success') {
  const body = { requestId: `topup-${amountPaise}`, amountPaise: String(amountPaise) };
  const topup = await persist(() => api.post(`/v1/shops/${shopId}/topups`, { body }));
  await payOrder(topup.gatewayOrderId, outcome);
  await reaches(() => api.get(`/v1/topups/${String(topup.topupId)}`), { state: 'CREDITED' });
  return String(topup.gatewayOrderId);
}

async function buyPack({ api, shopId }: Shopkeeper, requestId: string): Promise<void> {
  const body = { requestId, packId: 'offers-5' };
  await persist(() => api.post(`/v1/shops/${shopId}/pack-purchases`, { body }));
}

async function campaign(owner: Shopkeeper): Promise<void> {
  const offerId = await publishOffer(owner, 'offer', persist);
  const draft = { offerId, requestId: 'draft', channels: ['IN_APP', 'PUSH'] } as const;
  const campaignId = await draftCampaign(owner, draft, persist);
  await launchNow(owner, campaignId, persist);
  await eventually(async () => {
    const report = await persist(() => owner.api.get(`/v1/campaigns/${campaignId}/report`));
    assert.equal((report.progress as { state: string }).state, 'COMPLETED');
    assert.ok(report.invoiceNumber, 'it has no invoice yet');
  }, patience);
}

async function reaches(read: () => Promise<RestResponse>, expected: Record<string, unknown>): Promise<void> {
  await eventually(async () => {
    const found = await persist(read);
    for (const [name, value] of Object.entries(expected)) assert.equal(found[name], value, JSON.stringify(found));
  }, patience);
}
