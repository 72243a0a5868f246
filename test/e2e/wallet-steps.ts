import assert from 'node:assert/strict';
import { eventually } from '@doffers/testkit';
import type { Shopkeeper } from './people.ts';
import { payOrder } from './razorpay.ts';

/** The outbox and the watches of wallets look every other second, and each step of a workflow is a call by a worker. */
export const soon = { timeoutMs: 30_000 };

/** Pays into the wallet as a person does, and waits until the gateway's signed report has credited it. */
export async function topUp({ api, shopId }: Shopkeeper, amountPaise: string, wishes: object = {}): Promise<void> {
  const asked = { requestId: crypto.randomUUID(), amountPaise, ...wishes };
  const { body } = await api.post(`/v1/shops/${shopId}/topups`, { body: asked });
  await payOrder(body.gatewayOrderId);
  await eventually(async () =>
    assert.equal((await api.get(`/v1/topups/${String(body.topupId)}`)).body.state, 'CREDITED'),
  );
}

export const availableOf = async ({ api, shopId }: Shopkeeper) =>
  (await api.get(`/v1/shops/${shopId}/wallet`)).body.availablePaise;

/** What the owner reads in the inbox. */
export async function titlesOf({ api }: Shopkeeper): Promise<readonly string[]> {
  const { messages } = (await api.get('/v1/me/inbox')).body as { messages: { title: string }[] };
  return messages.map(({ title }) => title);
}
