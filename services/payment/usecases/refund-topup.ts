import { DomainError } from '@doffers/errors';
import { type Paise, paise } from '@doffers/money';
import { keyReused } from '../domain/hold.ts';
import { type Refund, refundOfCredit, sourceOfCredit } from '../domain/refund.ts';
import { notAnAdvance } from '../domain/refund-voucher.ts';
import { topupNotFound } from '../domain/topup.ts';
import { spendRefusalOf } from '../domain/wallet.ts';
import { changeWallet } from './change-wallet.ts';
import { finaliseTopupVoucher } from './finalise-topup-voucher.ts';
import { issueRefundVoucher } from './issue-refund-voucher.ts';
import type { RefundDeps } from './refund-deps.ts';
import { requestRefund } from './request-refund.ts';

type Asked = { readonly topupId: string; readonly requestId: string; readonly amount: Paise };

/**
 * Takes unused credit of a top-up out of the wallet, to be refunded to where it was paid from, and issues its refund
 * voucher. A workflow pays it; a repeated request id answers how far that got. Promotional credit is never paid out.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, `TOPUP_NOT_CREDITED`, `NOT_AN_ADVANCE`, `REFUND_EXCEEDS_TOPUP`,
 * `REFUND_EXCEEDS_BALANCE`, `WALLET_FROZEN`, `IDEMPOTENCY_KEY_REUSED`
 */
export async function refundTopup(deps: RefundDeps, { topupId, ...asked }: Asked): Promise<Refund> {
  const { newId, now } = deps;
  // The voucher quotes the receipt, which the top-up's workflow may not have issued yet.
  const receipt = await finaliseTopupVoucher(deps, topupId);
  if (receipt?.kind !== 'receipt_voucher') throw notAnAdvance();
  return deps
    .inTransaction(async (books) => {
      // Locked, so that two refunds of one top-up are counted one after the other.
      const topup = await books.topups.lock(topupId);
      if (topup === undefined) throw topupNotFound();
      const earlier = await books.refunds.findBySource(sourceOfCredit(topupId, asked.requestId));
      if (earlier !== undefined) {
        if (earlier.amount !== asked.amount) throw keyReused();
        return earlier;
      }
      const refundedBefore = await books.refunds.creditRefundedOf(topupId);
      const at = now();
      const about = { id: newId(), requestedAt: at, receipt };
      const { refund } = await requestRefund(books, refundOfCredit(topup, { ...asked, refundedBefore }, about));
      const { id: refundId, amount, taxes } = refund;
      await issueRefundVoucher(books, receipt, { refundId, amount, taxes }, { id: newId(), at });
      const change = { postedCash: paise(0 - asked.amount) };
      await changeWallet(books.wallets, { shopId: topup.shopId, change, at });
      return refund;
    })
    .catch((error: unknown) => {
      // The ledger's lots or the wallet say so, whichever lacks it first.
      throw spendRefusalOf(error) === 'INSUFFICIENT_FUNDS' ? exceedsBalance() : error;
    });
}

function exceedsBalance(): DomainError {
  const message = 'the wallet has less than this to give back: the rest is spent, or held for running campaigns';
  return new DomainError('failed_precondition', 'REFUND_EXCEEDS_BALANCE', message);
}
