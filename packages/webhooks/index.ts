export { startWebhookApplier, type WebhookApplier } from './applier.ts';
export { receiveWebhook, type WebhookCall } from './receive-webhook.ts';
export { type ApplyWebhook, createWebhookEvents, type WebhookEvents, webhookEventTable } from './webhook-events.ts';
