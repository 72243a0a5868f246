export { startWebhookApplier, type WebhookApplier } from './applier.ts';
export { receiveWebhook, type WebhookCall } from './receive-webhook.ts';
export {
  type ApplyWebhooks,
  createWebhookEvents,
  oneByOne,
  type WebhookEvents,
  webhookEventTable,
} from './webhook-events.ts';
