import type {
  AutoTopupOpened,
  DocumentIssued,
  PaymentEvent,
  PurchasePlaced,
  RefundEvent,
  SubscriptionBilled,
  SubscriptionOpened,
  TopupEvent,
  WalletLow,
} from '../domain/events.ts';

type Deps = {
  readonly topups: {
    opened(topup: TopupEvent['payload']): Promise<void>;
    credited(topup: TopupEvent['payload']): Promise<void>;
  };
  readonly refunds: {
    requested(refund: RefundEvent['payload']): Promise<void>;
    reported(refund: RefundEvent['payload']): Promise<void>;
  };
  readonly subscriptions: { ensure(subscription: SubscriptionOpened['payload']): Promise<void> };
  readonly packs: { purchasePlaced(purchase: PurchasePlaced['payload']): Promise<void> };
  readonly wallets: {
    low(wallet: WalletLow['payload']): Promise<void>;
    autoTopupOpened(topup: AutoTopupOpened['payload']): Promise<void>;
  };
  readonly documents: {
    issued(document: DocumentIssued['payload']): Promise<void>;
    subscriptionBilled(bill: SubscriptionBilled['payload']): Promise<void>;
  };
};

/** Carries one event of the outbox to its workflow. It may come twice; a workflow is started once. */
export async function deliverEvent(
  { topups, refunds, subscriptions, packs, wallets, documents }: Deps,
  event: PaymentEvent,
): Promise<void> {
  switch (event.topic) {
    case 'topup.opened':
      return topups.opened(event.payload);
    case 'topup.credited':
      return topups.credited(event.payload);
    case 'refund.requested':
      return refunds.requested(event.payload);
    case 'refund.reported':
      return refunds.reported(event.payload);
    case 'subscription.opened':
      return subscriptions.ensure(event.payload);
    case 'subscription.billed':
      return documents.subscriptionBilled(event.payload);
    case 'pack.purchase_placed':
      return packs.purchasePlaced(event.payload);
    case 'auto_topup.opened':
      return wallets.autoTopupOpened(event.payload);
    case 'wallet.low':
      return wallets.low(event.payload);
    case 'document.issued':
      return documents.issued(event.payload);
  }
}
