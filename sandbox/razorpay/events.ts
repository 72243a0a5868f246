import { signHmacSha256 } from '@doffers/provider-http';
import type { FaultPlan } from '../faults/fault-script.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { type Entity, newEntityId } from './entities.ts';

export type EventName =
  | 'payment.captured'
  | 'payment.failed'
  | 'order.paid'
  | 'refund.created'
  | 'refund.processed'
  | 'refund.failed';

export type Events = { emit(name: EventName, entities: readonly Entity[], webhooks: FaultPlan['webhooks']): void };

type Deps = {
  readonly webhooks: WebhookSender;
  readonly settings: SettingsStore;
  readonly callbackUrl: string;
  readonly secret: string;
  readonly accountId: string;
};

/** Signed events. A redelivery carries the same event id, which is how a receiver knows it. */
export function createEvents({ webhooks: sender, settings, callbackUrl, secret, accountId }: Deps): Events {
  return {
    emit(name, entities, webhooks) {
      const body = JSON.stringify({
        entity: 'event',
        account_id: accountId,
        event: name,
        contains: entities.map((entity) => entity.entity),
        payload: Object.fromEntries(entities.map((entity) => [entity.entity, { entity }])),
        created_at: Math.floor(Date.now() / 1000),
      });
      const forged = webhooks.some((action) => action.type === 'webhook-forged');
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Razorpay-Webhook/v1',
        'x-razorpay-event-id': newEntityId('evt').slice('evt_'.length),
        'x-razorpay-signature': signHmacSha256(forged ? `not-${secret}` : secret, body),
      };
      const { copies, delayMs } = schedule(webhooks, settings.get().razorpay.webhookMs);
      if (copies === 0) return;
      setTimeout(() => {
        for (let copy = 0; copy < copies; copy++) sender.send({ url: callbackUrl, body, headers });
      }, delayMs).unref();
    },
  };
}

function schedule(webhooks: FaultPlan['webhooks'], usualMs: number): { copies: number; delayMs: number } {
  let copies = 1;
  let delayMs = usualMs;
  for (const action of webhooks) {
    if (action.type === 'webhook-lost') copies = 0;
    if (action.type === 'webhook-duplicate') copies += action.copies;
    if (action.type === 'webhook-late') delayMs += action.ms;
  }
  return { copies, delayMs };
}
