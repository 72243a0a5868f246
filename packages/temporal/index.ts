export {
  createPackWorkflows,
  createRefundWorkflows,
  createTopupWorkflows,
  type PackWorkflows,
  type RefundWorkflows,
  type TopupWorkflows,
} from './billing-workflows.ts';
export { type CampaignWorkflows, createCampaignWorkflows } from './campaign-workflows.ts';
export { createTemporalClient, type TemporalClient, type TemporalClientOptions } from './client.ts';
export { createDocumentWorkflows, type DocumentWorkflows } from './document-workflows.ts';
export { keepSchedule, type ScheduleSpec } from './schedules.ts';
export { registerSearchAttributes } from './search-attributes.ts';
export { createShopWorkflows, type ShopWorkflows } from './shop-workflows.ts';
export { createSubscriptionWorkflows, type SubscriptionWorkflows } from './subscription-workflows.ts';
export { toDomainError } from './to-domain-error.ts';
export { createWalletWorkflows, type WalletWorkflows } from './wallet-workflows.ts';
export { isWorkflowClosed } from './workflow-state.ts';
