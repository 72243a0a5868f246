export { startWebhookApplier, type WebhookApplier } from './applier.ts';
export { type ApplyWebhook, createWebhookEvents, type WebhookEvents, webhookEventTable } from './webhook-events.ts';
