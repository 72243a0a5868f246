import { DomainError } from '@doffers/errors';
import { type Paise, paise } from '@doffers/money';
import type { JournalKind } from './ledger.ts';
import type { WalletStatus } from './wallet-status.ts';

/**
 * A shop's balance by fund. `posted` is everything that belongs to the shop, `held` the part set aside for what runs.
 * Promotional credit is spent first and never paid out.
 */
export type Wallet = {
  readonly shopId: string;
  readonly postedCash: Paise;
  readonly postedPromo: Paise;
  readonly heldCash: Paise;
  readonly heldPromo: Paise;
  /** The part of `postedPromo` that has expired and is not taken away yet. */
  readonly expiredPromo: Paise;
  readonly status: WalletStatus;
  /** Undefined for a shop that never paid in. */
  readonly updatedAt: Date | undefined;
};

/** By how much a movement changes each part of a wallet; what is left out stays. */
export type WalletChange = Partial<Pick<Wallet, 'postedCash' | 'postedPromo' | 'heldCash' | 'heldPromo'>>;

/** The place of a movement in the ledger: journals rise with time. */
export type EntryKey = { readonly journalId: string; readonly lineNo: number };

/** A movement in a wallet as its owner sees it. */
export type WalletEntry = {
  readonly key: EntryKey;
  readonly kind: JournalKind;
  /** Positive into the wallet, negative out of it. */
  readonly amount: Paise;
  readonly reference: string;
  readonly createdAt: Date;
};

/** The wallet of a shop that never paid in. */
export function emptyWallet(shopId: string): Wallet {
  const nothing = paise(0);
  return {
    shopId,
    postedCash: nothing,
    postedPromo: nothing,
    heldCash: nothing,
    heldPromo: nothing,
    expiredPromo: nothing,
    status: 'active',
    updatedAt: undefined,
  };
}

export type WalletTotals = {
  readonly posted: Paise;
  readonly held: Paise;
  /** What can be spent: without what is held and what has expired. */
  readonly available: Paise;
  /** The part of `available` that is promotional credit. */
  readonly promo: Paise;
};

export function totalsOf(wallet: Wallet): WalletTotals {
  const posted = paise(wallet.postedCash + wallet.postedPromo);
  const held = paise(wallet.heldCash + wallet.heldPromo);
  const promo = promoLeft(wallet);
  return { posted, held, available: paise(wallet.postedCash - wallet.heldCash + promo), promo };
}

/**
 * What can be spent of promotional credit. What ends first is used first, so holds wait for what has expired as far as
 * there is any; the rest of what has expired is gone, though a sweep has yet to take it away.
 */
export function promoLeft({ postedPromo, heldPromo, expiredPromo }: Wallet): Paise {
  return paise(postedPromo - Math.max(heldPromo, expiredPromo));
}

/** A wallet after a movement. */
export function changed(wallet: Wallet, change: WalletChange): Wallet {
  const after = (part: keyof WalletChange) => paise(wallet[part] + (change[part] ?? 0));
  return {
    ...wallet,
    postedCash: after('postedCash'),
    postedPromo: after('postedPromo'),
    heldCash: after('heldCash'),
    heldPromo: after('heldPromo'),
  };
}

/** Why a wallet pays nothing; remembered under the key of what it should have paid. */
export type SpendRefusal = 'INSUFFICIENT_FUNDS' | 'WALLET_FROZEN';

export function spendRefused(reason: SpendRefusal): DomainError {
  return reason === 'WALLET_FROZEN' ? walletFrozen() : insufficientFunds();
}

function insufficientFunds(): DomainError {
  const message = 'the wallet does not cover this: top it up and try again';
  return new DomainError('failed_precondition', 'INSUFFICIENT_FUNDS', message);
}

function walletFrozen(): DomainError {
  const message = 'nothing can be paid from this wallet for now: ask support what it waits for';
  return new DomainError('failed_precondition', 'WALLET_FROZEN', message);
}

/** The reason of a refusal by the wallet; undefined for every other error. */
export function spendRefusalOf(error: unknown): SpendRefusal | undefined {
  if (!(error instanceof DomainError)) return undefined;
  const { reason } = error;
  return reason === 'INSUFFICIENT_FUNDS' || reason === 'WALLET_FROZEN' ? reason : undefined;
}
