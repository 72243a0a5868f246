import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import {
  Topup_State,
  type TopupSchema,
  Wallet_Status,
  WalletEntry_Kind,
  type WalletEntrySchema,
  type WalletSchema,
} from '@doffers/proto/payment/v1/wallet_service';
import { decodePageToken, encodePageToken } from '@doffers/resource';
import type { JournalKind } from '../domain/ledger.ts';
import { type Topup, topupState } from '../domain/topup.ts';
import { type EntryKey, totalsOf, type Wallet, type WalletEntry } from '../domain/wallet.ts';

export function walletMessage(wallet: Wallet): MessageInitShape<typeof WalletSchema> {
  const { posted, held, available, promo } = totalsOf(wallet);
  return {
    shopId: wallet.shopId,
    postedPaise: toInt64(posted),
    heldPaise: toInt64(held),
    availablePaise: toInt64(available),
    promoPaise: toInt64(promo),
    status: statuses[wallet.status],
    ...(wallet.updatedAt && { updateTime: timestampFromDate(wallet.updatedAt) }),
  };
}

const statuses = {
  active: Wallet_Status.ACTIVE,
  frozen: Wallet_Status.FROZEN,
  parked: Wallet_Status.PARKED,
} as const;

const entryKinds: Readonly<Record<JournalKind, WalletEntry_Kind>> = {
  topup: WalletEntry_Kind.TOPUP,
  hold: WalletEntry_Kind.HOLD,
  capture: WalletEntry_Kind.CAPTURE,
  release: WalletEntry_Kind.RELEASE,
  reversal: WalletEntry_Kind.REVERSAL,
  promo_grant: WalletEntry_Kind.PROMO_GRANT,
  promo_expiry: WalletEntry_Kind.PROMO_EXPIRY,
  pack_purchase: WalletEntry_Kind.PURCHASE,
  pack_refund: WalletEntry_Kind.REFUND,
  subscription_charge: WalletEntry_Kind.SUBSCRIPTION,
  subscription_refund: WalletEntry_Kind.REFUND,
  topup_refund: WalletEntry_Kind.PAYOUT,
  // These two move the platform's accounts only.
  payment_return: WalletEntry_Kind.KIND_UNSPECIFIED,
  refund_paid: WalletEntry_Kind.KIND_UNSPECIFIED,
  credit_note: WalletEntry_Kind.CREDIT_NOTE,
};

export function entryMessage(entry: WalletEntry): MessageInitShape<typeof WalletEntrySchema> {
  return {
    entryId: entryId(entry.key),
    kind: entryKinds[entry.kind],
    amountPaise: toInt64(entry.amount),
    reference: entry.reference,
    createTime: timestampFromDate(entry.createdAt),
  };
}

const topupStates = {
  open: Topup_State.OPEN,
  credited: Topup_State.CREDITED,
  expired: Topup_State.EXPIRED,
} as const;

export function topupMessage(topup: Topup, gatewayKeyId: string, now: Date): MessageInitShape<typeof TopupSchema> {
  return {
    topupId: topup.id,
    shopId: topup.shopId,
    amountPaise: toInt64(topup.amount),
    state: topupStates[topupState(topup, now)],
    gatewayOrderId: topup.orderId ?? '',
    gatewayKeyId,
    lastFailure: topup.lastFailure ?? '',
    createTime: timestampFromDate(topup.createdAt),
    expireTime: timestampFromDate(topup.expiresAt),
    ...(topup.payment && { creditTime: timestampFromDate(topup.payment.creditedAt) }),
  };
}

/** The page behind `last`. */
export function entryPageToken({ key, createdAt }: WalletEntry): string {
  return encodePageToken({ at: createdAt, id: entryId(key) });
}

/** @throws DomainError `PAGE_TOKEN_INVALID` */
export function entryKeyFrom(pageToken: string): EntryKey | undefined {
  const page = decodePageToken(pageToken, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,3}$/);
  if (page === undefined) return undefined;
  const [journalId = '', lineNo] = page.id.split('.');
  return { journalId, lineNo: Number(lineNo) };
}

const entryId = ({ journalId, lineNo }: EntryKey) => `${journalId}.${lineNo}`;
