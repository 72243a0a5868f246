import type { InvoiceInput } from './invoice.ts';

/** The id of each workflow. Whoever starts the same thing twice finds the first one by it. */
export const workflowIds = {
  shopApproval: (shopId: string, version: number) => `shop/${shopId}/approval/${version}`,
  campaign: (campaignId: string) => `campaign/${campaignId}`,
  packPurchase: (purchaseId: string) => `pack-purchase/${purchaseId}`,
  topup: (topupId: string) => `topup/${topupId}`,
  subscription: (subscriptionId: string) => `subscription/${subscriptionId}`,
  autoTopup: (topupId: string) => `auto-topup/${topupId}`,
  walletLow: (shopId: string, crossing: number) => `wallet/${shopId}/low/${crossing}`,
  refund: (refundId: string) => `refund/${refundId}`,
  /** `id` names the source among its kind: a campaign's has its launch, too. */
  invoice: (kind: InvoiceInput['source']['kind'], id: string) => `invoice/${kind}/${id}`,
} as const;

/** The key of a launch's hold. */
export const holdKey = (campaignId: string, launchNo: number) => `campaign/${campaignId}/hold/${launchNo}`;
