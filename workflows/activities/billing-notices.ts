import { formatRupees, paise } from '@doffers/money';

/** What a shop's owner is told about money. Amounts are paise. */
export type BillingNotice =
  | { readonly kind: 'refund-second-payment'; readonly amountPaise: number }
  | { readonly kind: 'refund-unused-credit'; readonly amountPaise: number };

type Text = { readonly title: string; readonly body: string; readonly link: string };

/** The words in which an owner reads about money. Amounts are the only thing in them that changes. */
export function billingNotice(shopId: string, notice: BillingNotice): Text {
  const rupees = (amountPaise: number) => formatRupees(paise(amountPaise));
  switch (notice.kind) {
    case 'refund-second-payment': {
      const body = `One top-up was paid twice. ${rupees(notice.amountPaise)} goes back to where it came from; banks take up to seven days.`;
      return { title: 'Your second payment is refunded', body, link: `shops/${shopId}/refunds` };
    }
    case 'refund-unused-credit': {
      const body = `${rupees(notice.amountPaise)} of your wallet goes back to where it came from; banks take up to seven days.`;
      return { title: 'Your credit is refunded', body, link: `shops/${shopId}/refunds` };
    }
  }
}
