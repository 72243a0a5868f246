import { istDay } from '@doffers/calendar';
import { formatRupees, paise } from '@doffers/money';

/** What a shop's owner is told about money. Amounts are paise. */
export type BillingNotice =
  | { readonly kind: 'refund-second-payment'; readonly amountPaise: number }
  | { readonly kind: 'refund-unused-credit'; readonly amountPaise: number }
  /** `on` is when the trial ends, in milliseconds since the epoch. */
  | { readonly kind: 'trial-ending'; readonly on: number }
  /** `isFrozen`: the wallet may not be used, whatever is in it. */
  | { readonly kind: 'subscription-not-started'; readonly amountPaise: number; readonly isFrozen: boolean }
  /** `nextTry` is undefined after the last attempt. */
  | {
      readonly kind: 'subscription-unpaid';
      readonly amountPaise: number;
      readonly isFrozen: boolean;
      readonly nextTry?: number;
    }
  | { readonly kind: 'subscription-suspended' }
  | { readonly kind: 'wallet-low' | 'auto-topup-credited' | 'auto-topup-stopped'; readonly amountPaise: number };

type Text = { readonly title: string; readonly body: string; readonly link: string };

const frozen = 'could not be taken: nothing can be paid from your wallet for now. Ask support what it waits for';

/** The words in which an owner reads about money. Amounts are the only thing in them that changes. */
export function billingNotice(shopId: string, notice: BillingNotice): Text {
  const link = `shops/${shopId}/subscriptions`;
  const day = (at: number) => istDay(new Date(at));
  const rupees = (amountPaise: number) => formatRupees(paise(amountPaise));
  switch (notice.kind) {
    case 'refund-second-payment': {
      const body = `One top-up was paid twice. ${rupees(notice.amountPaise)} goes back to where it came from; banks take up to seven days.`;
      return { title: 'Your second payment is refunded', body, link: `shops/${shopId}/refunds` };
    }
    case 'refund-unused-credit': {
      const body = `${rupees(notice.amountPaise)} of your wallet goes back to where it came from; banks take up to seven days. The voucher is among your invoices.`;
      return { title: 'Your credit is refunded', body, link: `shops/${shopId}/refunds` };
    }
    case 'trial-ending': {
      const body = `The first month is paid from your wallet on ${day(notice.on)}. Top it up, or cancel before.`;
      return { title: 'Your trial ends soon', body, link };
    }
    case 'subscription-not-started': {
      const amount = rupees(notice.amountPaise);
      const body = notice.isFrozen
        ? `${amount} ${frozen}, then subscribe again.`
        : `Your wallet does not cover ${amount}. Top it up and subscribe again.`;
      return { title: 'Your subscription did not start', body, link };
    }
    case 'subscription-unpaid': {
      const { nextTry, isFrozen } = notice;
      const amount = `${rupees(notice.amountPaise)} for this month of your plan`;
      const why = isFrozen ? `${amount} ${frozen}.` : `Your wallet does not cover ${amount}.`;
      const last = isFrozen ? 'Then resume your plan.' : 'Top it up and resume your plan.';
      const body = `${why} ${nextTry === undefined ? last : `We try again on ${day(nextTry)}.`}`;
      return { title: 'Your subscription is not paid', body, link };
    }
    case 'auto-topup-credited': {
      const body = `${rupees(notice.amountPaise)} was taken as you agreed, and is in your wallet.`;
      return { title: 'Your wallet was topped up', body, link: `shops/${shopId}/wallet` };
    }
    case 'auto-topup-stopped': {
      const body = `${rupees(notice.amountPaise)} could not be taken. Top up yourself, and switch automatic top-ups on again.`;
      return { title: 'Automatic top-ups have stopped', body, link: `shops/${shopId}/wallet` };
    }
    case 'wallet-low': {
      const body = `${rupees(notice.amountPaise)} can be spent. Top up before a campaign or your plan has to wait.`;
      return { title: 'Your wallet is low', body, link: `shops/${shopId}/wallet` };
    }
    case 'subscription-suspended': {
      const body = 'The month was not paid in time. Top up your wallet and resume your plan to go on.';
      return { title: 'Your subscription is suspended', body, link };
    }
  }
}
