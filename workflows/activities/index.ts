import type { CampaignStateService } from '@doffers/proto/campaign/v1/campaign_state_service';
import type { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import type { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import type { HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import type { PackService } from '@doffers/proto/payment/v1/pack_service';
import type { ReconciliationService } from '@doffers/proto/payment/v1/reconciliation_service';
import type { WalletService } from '@doffers/proto/payment/v1/wallet_service';
import type { AudienceService } from '@doffers/proto/user/v1/audience_service';
import type { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import { type AutoTopupActivities, type AutoTopupClient, createAutoTopupActivities } from './auto-topup-activities.ts';
import { type BillingActivities, createBillingActivities } from './billing-activities.ts';
import { type CampaignActivities, createCampaignActivities } from './campaign-activities.ts';
import { createDispatchActivities, type DispatchActivities } from './dispatch-activities.ts';
import { createHoldActivities, type HoldActivities } from './hold-activities.ts';
import { createInvoiceActivities, type InvoiceActivities } from './invoice-activities.ts';
import { createNoticeActivities, type NoticeActivities } from './notice-activities.ts';
import { createPackActivities, type PackActivities } from './pack-activities.ts';
import { createRefundActivities, type RefundActivities, type RefundClient } from './refund-activities.ts';
import { createShopActivities, type ShopActivities } from './shop-activities.ts';
import {
  createSubscriptionActivities,
  type SubscriptionActivities,
  type SubscriptionClient,
} from './subscription-activities.ts';
import { createSweepActivities, type SweepActivities } from './sweep-activities.ts';

export type Activities = ShopActivities &
  NoticeActivities &
  CampaignActivities &
  DispatchActivities &
  HoldActivities &
  InvoiceActivities &
  PackActivities &
  BillingActivities &
  RefundActivities &
  SubscriptionActivities &
  AutoTopupActivities &
  SweepActivities;

/** The services that activities call. */
export type ActivityClients = {
  readonly shops: Pick<Client<typeof ShopService>, 'getShopAccess'>;
  readonly audiences: Pick<Client<typeof AudienceService>, 'keepAudience'>;
  readonly campaigns: Pick<Client<typeof CampaignStateService>, 'getLaunchPlan' | 'recordPhase'>;
  readonly dispatch: Pick<
    Client<typeof DispatchService>,
    'prepareDispatch' | 'dispatchChunk' | 'setDispatchState' | 'stopDispatch' | 'getDispatchProgress' | 'settleDispatch'
  >;
  readonly inbox: Pick<Client<typeof InboxService>, 'sendNotice' | 'withdrawNotice'>;
  readonly holds: Pick<
    Client<typeof HoldService>,
    'placeHold' | 'captureTo' | 'releaseHold' | 'expireHolds' | 'expireCredit'
  >;
  readonly invoices: Pick<
    Client<typeof InvoiceService>,
    | 'finaliseHoldInvoice'
    | 'finaliseTopupVoucher'
    | 'finalisePackInvoice'
    | 'finaliseSubscriptionInvoice'
    | 'registerInvoice'
    | 'issueMonthlyInvoices'
    | 'storeInvoicePdf'
  >;
  readonly packs: Pick<Client<typeof PackService>, keyof PackActivities>;
  readonly wallets: Pick<Client<typeof WalletService>, 'syncTopup'>;
  readonly reconciliation: Pick<Client<typeof ReconciliationService>, 'reconcile'>;
  readonly refunds: RefundClient;
  readonly subscriptions: SubscriptionClient;
  readonly autoTopups: AutoTopupClient;
};

/**
 * All activities. Every activity worker carries all of them: the queue that a workflow picks decides only which slots
 * they take, so none can be scheduled where nobody knows it.
 */
export function createActivities(clients: ActivityClients): Activities {
  return {
    ...createShopActivities(clients.shops),
    ...createNoticeActivities(clients),
    ...createCampaignActivities(clients),
    ...createDispatchActivities(clients),
    ...createHoldActivities(clients.holds),
    ...createInvoiceActivities(clients),
    ...createPackActivities(clients.packs),
    ...createBillingActivities(clients),
    ...createRefundActivities(clients.refunds),
    ...createSubscriptionActivities(clients.subscriptions),
    ...createAutoTopupActivities(clients.autoTopups),
    ...createSweepActivities(clients),
  };
}
