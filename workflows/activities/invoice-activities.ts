import type { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import type { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import type { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import type { InvoiceSource } from '../contracts/invoice.ts';

export type InvoiceActivities = {
  /** Gives the source its document, once, with the next number. Without an id when there is nothing to bill. */
  finaliseInvoice(source: InvoiceSource): Promise<{ invoiceId?: string }>;
  /** Registers the document where the law wants it, so that its PDF can say so. */
  registerInvoice(input: { invoiceId: string }): Promise<void>;
  storeInvoicePdf(input: { invoiceId: string }): Promise<void>;
  /** Tells the shop's owner that the document is there. */
  sendInvoiceNotice(input: { key: string; shopId: string; invoiceId: string; kind: ToldKind }): Promise<void>;
};

/** Documents that are news by themselves; that of a refund comes with the news of the refund. */
type ToldKind = Exclude<InvoiceSource['kind'], 'refund'>;

type Deps = {
  readonly invoices: Pick<
    Client<typeof InvoiceService>,
    | 'finaliseHoldInvoice'
    | 'finaliseTopupVoucher'
    | 'finalisePackInvoice'
    | 'finaliseSubscriptionInvoice'
    | 'registerInvoice'
    | 'storeInvoicePdf'
  >;
  readonly shops: Pick<Client<typeof ShopService>, 'getShopAccess'>;
  readonly inbox: Pick<Client<typeof InboxService>, 'sendNotice'>;
};

const notices: Readonly<Record<ToldKind, { readonly title: string; readonly body: string }>> = {
  campaign: { title: 'Your campaign’s invoice is ready', body: 'It covers exactly what was delivered.' },
  topup: { title: 'Your receipt is ready', body: 'The money is in your wallet.' },
  subscription: { title: 'Your subscription’s invoice is ready', body: 'Your plan goes on.' },
  'pack-purchase': { title: 'Your pack’s invoice is ready', body: 'You can publish more offers now.' },
  'credit-note': { title: 'You have a credit note', body: 'Its amount is back in your wallet.' },
  campaigns: { title: 'Your monthly invoice is ready', body: 'It covers the campaigns that ended this month.' },
};

/** Activities that make GST documents and tell about them. */
export function createInvoiceActivities({ invoices, shops, inbox }: Deps): InvoiceActivities {
  const finalise = async ({ kind, key }: InvoiceSource) => {
    switch (kind) {
      case 'campaign':
        return invoices.finaliseHoldInvoice({ holdKey: key });
      case 'topup':
        return invoices.finaliseTopupVoucher({ topupId: key });
      case 'subscription':
        return invoices.finaliseSubscriptionInvoice({ billId: key });
      case 'pack-purchase':
        return invoices.finalisePackInvoice({ purchaseId: key });
      case 'credit-note':
      case 'refund':
      case 'campaigns':
        return { invoice: { invoiceId: key } };
    }
  };
  return {
    async finaliseInvoice(source) {
      const { invoice } = await finalise(source);
      return invoice === undefined ? {} : { invoiceId: invoice.invoiceId };
    },
    async registerInvoice({ invoiceId }) {
      await invoices.registerInvoice({ invoiceId });
    },
    async storeInvoicePdf({ invoiceId }) {
      await invoices.storeInvoicePdf({ invoiceId });
    },
    async sendInvoiceNotice({ key, shopId, invoiceId, kind }) {
      const { ownerId } = await shops.getShopAccess({ shopId });
      const notice = { ...notices[kind], link: `invoices/${invoiceId}` };
      await inbox.sendNotice({ idempotencyKey: key, userId: ownerId, ...notice });
    },
  };
}
