import assert from 'node:assert/strict';
import { eventually, type RestResponse } from '@doffers/testkit';
import type { Shopkeeper } from './people.ts';
import { soon } from './wallet-steps.ts';

type Plan = { readonly planId: string };

/** A subscription as its shopkeeper reads it. */
export type Subscription = {
  readonly subscriptionId: string;
  readonly status: string;
  readonly plan: Plan;
  readonly nextPlan?: Plan;
  readonly periodNo: number;
  readonly cancelsAtEnd: boolean;
  readonly reason: string;
};

export const subscribe = ({ api, shopId }: Shopkeeper, planId: string, requestId = 'subscribe') =>
  api.post(`/v1/shops/${shopId}/subscriptions`, { body: { requestId, planId } });

/** The commands to a subscription; each of them has a request id of its own unless one is named. */
export const commander =
  ({ api }: Shopkeeper, id: unknown) =>
  (verb: string, body: object = {}) =>
    api.post(`/v1/subscriptions/${String(id)}:${verb}`, { body: { requestId: crypto.randomUUID(), ...body } });

/** The subscription in an answer that is a success. */
export function standing({ status, body }: RestResponse): Subscription {
  assert.ok(status < 300, JSON.stringify(body));
  return body as Subscription;
}

/** Waits until a subscription stands so. */
export const stands = ({ api }: Shopkeeper, id: unknown, wanted: Partial<Subscription>): Promise<Subscription> =>
  eventually(async () => {
    const found = standing(await api.get(`/v1/subscriptions/${String(id)}`));
    assert.deepEqual({ ...found, ...wanted }, found);
    return found;
  }, soon);

export const offersOf = async ({ api, shopId }: Shopkeeper) =>
  (await api.get(`/v1/shops/${shopId}/entitlements`)).body.offersGranted;

/** Offers that the shop may have, and WhatsApp messages that are included. */
export async function unitsOf({ api, shopId }: Shopkeeper): Promise<readonly [offers: unknown, messages: number]> {
  const { offersGranted, messages } = (await api.get(`/v1/shops/${shopId}/entitlements`)).body;
  const included = messages as readonly { channel: string; granted: number }[];
  return [offersGranted, included.find(({ channel }) => channel === 'WHATSAPP')?.granted ?? 0];
}
