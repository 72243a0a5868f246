export {
  type AutoTopupInput,
  type AutoTopupResult,
  type AutoTopupWorkflow,
  autoTopupWorkflow,
} from './auto-topup.ts';
export {
  creditedSignal,
  type PackPurchaseInput,
  type PackPurchaseResult,
  type PackPurchaseWorkflow,
  packPurchaseWorkflow,
  type TopupInput,
  type TopupResult,
  type TopupWorkflow,
  topupWorkflow,
} from './billing.ts';
export { type CallHeader, callHeader } from './call-header.ts';
export {
  type CampaignChannel,
  type CampaignControl,
  type CampaignInput,
  type CampaignPhase,
  type CampaignProgress,
  type CampaignWorkflow,
  type ChannelCounts,
  type ControlRequest,
  campaignChannels,
  campaignWorkflow,
  cancelUpdate,
  type LaunchAnswer,
  type LaunchRequest,
  launchUpdate,
  pauseUpdate,
  progressQuery,
  type RescheduleRequest,
  rescheduleUpdate,
  resumeUpdate,
  type StopReason,
} from './campaign.ts';
export { type CompensationDecision, resolveCompensationUpdate } from './compensation.ts';
export {
  type InvoiceInput,
  type InvoiceResult,
  type InvoiceSource,
  type InvoiceWorkflow,
  invoicedSignal,
  invoiceWorkflow,
} from './invoice.ts';
export {
  type MoneySweepResult,
  type MoneySweepWorkflow,
  moneySweepWorkflow,
  monthlyInvoicesWorkflow,
  reconciliationWorkflow,
} from './money-schedules.ts';
export {
  type RefundInput,
  type RefundResult,
  type RefundWorkflow,
  refundReportedSignal,
  refundWorkflow,
} from './refund.ts';
export type { RefusalDetails } from './refusal.ts';
export { searchAttributes } from './search-attributes.ts';
export {
  type ApprovalDecision,
  approvalDecisions,
  type ShopApprovalInput,
  type ShopApprovalResult,
  type ShopApprovalWorkflow,
  shopApprovalWorkflow,
} from './shop-approval.ts';
export {
  commandUpdate,
  type SubscriptionCommand,
  type SubscriptionInput,
  type SubscriptionSweepWorkflow,
  type SubscriptionWorkflow,
  subscriptionSweepWorkflow,
  subscriptionWorkflow,
} from './subscription.ts';
export { type ActivityQueue, type TaskQueue, taskQueues } from './task-queues.ts';
export { type WalletLowInput, type WalletLowWorkflow, walletLowWorkflow } from './wallet.ts';
export { holdKey, workflowIds } from './workflow-ids.ts';
