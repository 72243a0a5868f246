/** Everything that the workflow worker can run; the one entry of its bundle. The names are the workflow types. */
export { autoTopupWorkflow } from './billing/auto-topup-workflow.ts';
export { moneySweepWorkflow } from './billing/money-sweep-workflow.ts';
export { monthlyInvoicesWorkflow } from './billing/monthly-invoices-workflow.ts';
export { packPurchaseWorkflow } from './billing/pack-purchase-workflow.ts';
export { reconciliationWorkflow } from './billing/reconciliation-workflow.ts';
export { refundWorkflow } from './billing/refund-workflow.ts';
export { subscriptionSweepWorkflow, subscriptionWorkflow } from './billing/subscription-workflow.ts';
export { topupWorkflow } from './billing/topup-workflow.ts';
export { walletLowWorkflow } from './billing/wallet-low-workflow.ts';
export { campaignWorkflow } from './campaign/campaign-workflow.ts';
export { invoiceWorkflow } from './invoice/invoice-workflow.ts';
export { shopApprovalWorkflow } from './shop/shop-approval-workflow.ts';
