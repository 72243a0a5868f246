import type { PlatformAccountCode } from './ledger.ts';
import type { Service } from './supply.ts';

/** Where a sale is booked, and what a credit note takes from: campaigns have an account of their own. */
export function revenueAccount(sold: Service): PlatformAccountCode {
  return sold === 'campaign' ? 'CAMPAIGN_REVENUE' : 'SUBSCRIPTION_REVENUE';
}
