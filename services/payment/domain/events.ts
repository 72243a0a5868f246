import type { Invoice } from './invoice.ts';
import type { Refund } from './refund.ts';
import type { Topup } from './topup.ts';

/** What this service tells the workflows, through its outbox. `key` is whose events keep their order. */
export type TopupEvent = {
  readonly topic: 'topup.opened' | 'topup.credited';
  readonly key: string;
  readonly payload: { readonly topupId: string; readonly shopId: string; readonly expireAt: number };
};

export type PurchasePlaced = {
  readonly topic: 'pack.purchase_placed';
  readonly key: string;
  readonly payload: { readonly purchaseId: string; readonly shopId: string };
};

export type RefundEvent = {
  readonly topic: 'refund.requested' | 'refund.reported';
  readonly key: string;
  /** Without a shop for a payment that belongs to nobody. */
  readonly payload: { readonly refundId: string; readonly shopId?: string };
};

/** A document was issued together with what it documents; what is missing is its PDF and that its shop is told. */
export type DocumentIssued = {
  readonly topic: 'document.issued';
  readonly key: string;
  readonly payload: {
    readonly kind: 'credit-note' | 'refund' | 'campaigns';
    readonly invoiceId: string;
    readonly shopId: string;
  };
};

export type SubscriptionOpened = {
  readonly topic: 'subscription.opened';
  readonly key: string;
  readonly payload: { readonly subscriptionId: string; readonly shopId: string };
};

/** A subscription runs on a bill that is paid; what is missing is its invoice. */
export type SubscriptionBilled = {
  readonly topic: 'subscription.billed';
  readonly key: string;
  readonly payload: { readonly billId: string; readonly shopId: string };
};

/** A wallet has become low; `crossing` counts how often that was so. */
export type WalletLow = {
  readonly topic: 'wallet.low';
  readonly key: string;
  readonly payload: { readonly shopId: string; readonly crossing: number; readonly availablePaise: number };
};

/** A wallet is to be topped up by itself. */
export type AutoTopupOpened = {
  readonly topic: 'auto_topup.opened';
  readonly key: string;
  readonly payload: { readonly topupId: string; readonly shopId: string };
};

export type PaymentEvent =
  | AutoTopupOpened
  | WalletLow
  | SubscriptionOpened
  | SubscriptionBilled
  | TopupEvent
  | PurchasePlaced
  | RefundEvent
  | DocumentIssued;

export function topupEvent(topic: TopupEvent['topic'], { id: topupId, shopId, expiresAt }: Topup): TopupEvent {
  return { topic, key: topupId, payload: { topupId, shopId, expireAt: expiresAt.getTime() } };
}

export function refundEvent(topic: RefundEvent['topic'], { id: refundId, shopId }: Refund): RefundEvent {
  return { topic, key: refundId, payload: { refundId, ...(shopId !== undefined && { shopId }) } };
}

export function documentIssued(kind: DocumentIssued['payload']['kind'], { id, shopId }: Invoice): DocumentIssued {
  return { topic: 'document.issued', key: id, payload: { kind, invoiceId: id, shopId } };
}
