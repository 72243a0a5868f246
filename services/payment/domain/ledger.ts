import { type Paise, paise, type StateCode } from '@doffers/money';
import type { Service } from './supply.ts';

/** Accounts of the platform itself. They have no balance row: their balance is the sum of their entries. */
export type PlatformAccountCode =
  | 'GATEWAY_CLEARING'
  | 'ADVANCE_TAX'
  | 'GST_CGST'
  | 'GST_SGST'
  | 'GST_IGST'
  | 'CAMPAIGN_REVENUE'
  | 'SUBSCRIPTION_REVENUE'
  | 'PROMO_EXPENSE'
  | 'REFUND_PAYABLE';

/** Accounts that every shop has one of: what it can spend of each fund, and what is set aside of it. */
export type ShopAccountCode = 'WALLET_CASH' | 'WALLET_PROMO' | 'WALLET_HELD_CASH' | 'WALLET_HELD_PROMO';

export type Account =
  | { readonly code: PlatformAccountCode; readonly shopId?: undefined }
  | { readonly code: ShopAccountCode; readonly shopId: string };

/** The side on which an account grows: what we own or are owed by debit, what we owe by credit. */
export const normalSide: Readonly<Record<Account['code'], 'debit' | 'credit'>> = {
  GATEWAY_CLEARING: 'debit',
  ADVANCE_TAX: 'debit',
  GST_CGST: 'credit',
  GST_SGST: 'credit',
  GST_IGST: 'credit',
  CAMPAIGN_REVENUE: 'credit',
  SUBSCRIPTION_REVENUE: 'credit',
  PROMO_EXPENSE: 'debit',
  REFUND_PAYABLE: 'credit',
  WALLET_CASH: 'credit',
  WALLET_PROMO: 'credit',
  WALLET_HELD_CASH: 'credit',
  WALLET_HELD_PROMO: 'credit',
};

/** What an amount of revenue was earned with. */
export type Earned = {
  readonly sold: Service;
  /** The channel of messages; undefined for what is not sold by the message, and for credit notes. */
  readonly channel?: string;
  /** Where it counts as supplied. */
  readonly state: StateCode;
};

/** One line of a journal; exactly one side is above zero. */
export type Line = {
  readonly account: Account;
  readonly debit: Paise;
  readonly credit: Paise;
  /** What revenue was earned with: on lines of revenue, and on no others. */
  readonly earned?: Earned;
};

/** Why money moved. */
export type JournalKind =
  | 'topup'
  | 'hold'
  | 'capture'
  | 'release'
  | 'reversal'
  | 'promo_grant'
  | 'promo_expiry'
  | 'pack_purchase'
  | 'pack_refund'
  | 'subscription_charge'
  | 'subscription_refund'
  /** A payment that became nobody's credit, and goes back. */
  | 'payment_return'
  /** Unused credit that goes back to where it came from. */
  | 'topup_refund'
  /** The gateway paid a refund. */
  | 'refund_paid'
  | 'credit_note';

/** One movement of money. It is written once under its key and never changed: a correction is another journal. */
export type Journal = {
  /** `{what}/{id}/{step}`: a repetition of the same step finds it and moves nothing. */
  readonly key: string;
  readonly kind: JournalKind;
  /** The id of what caused it, such as the top-up. */
  readonly reference: string;
  /** The key of the journal that this one takes back; one is taken back once. */
  readonly reverses?: string;
  /** When the credit that this journal gives ends; never, when it is not said. */
  readonly expiresAt?: Date;
  readonly lines: readonly Line[];
};

const zero = paise(0);

const revenueAccounts: ReadonlySet<Account['code']> = new Set(['CAMPAIGN_REVENUE', 'SUBSCRIPTION_REVENUE']);

export function debit(account: Account, amount: Paise): Line {
  return { account, debit: amount, credit: zero };
}

export function credit(account: Account, amount: Paise): Line {
  return { account, debit: zero, credit: amount };
}

/**
 * Puts a journal together; lines of nothing are left out.
 *
 * @throws Error when a line is negative, the sides differ, or revenue does not say what it was earned with, which is a
 * bug in whoever made the lines
 */
export function journal(about: Omit<Journal, 'lines'>, lines: readonly Line[]): Journal {
  const moving = lines.filter(({ debit, credit }) => debit !== 0 || credit !== 0);
  const difference = moving.reduce((sum, { debit, credit }) => sum + debit - credit, 0);
  const oneSided = moving.every(({ debit, credit }) => debit >= 0 && credit >= 0 && (debit === 0) !== (credit === 0));
  if (moving.length < 2 || difference !== 0 || !oneSided) {
    throw new Error(`journal ${about.key} does not balance`);
  }
  if (moving.some(({ account, earned }) => revenueAccounts.has(account.code) !== (earned !== undefined))) {
    throw new Error(`journal ${about.key} does not say what its revenue was earned with`);
  }
  return { ...about, lines: moving };
}

const held: Readonly<Partial<Record<Account['code'], ShopAccountCode>>> = {
  WALLET_HELD_CASH: 'WALLET_CASH',
  WALLET_HELD_PROMO: 'WALLET_PROMO',
};

/** The lines that take a journal back. What was spent of held credit comes back free: its hold may be closed by then. */
export function reversedLines({ lines }: Pick<Journal, 'lines'>): readonly Line[] {
  return lines.map(({ account, debit, credit, ...marks }) => {
    const code = held[account.code];
    const free = code === undefined || account.shopId === undefined ? account : { code, shopId: account.shopId };
    return { account: free, debit: credit, credit: debit, ...marks };
  });
}
