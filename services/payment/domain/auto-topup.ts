import { DomainError } from '@doffers/errors';
import { formatRupees, type Paise, paise } from '@doffers/money';
import type { Topup } from './topup.ts';
import { totalsOf, type Wallet } from './wallet.ts';

/** A shopkeeper's consent, given with a top-up, that later top-ups are taken without asking. */
export type Mandate = {
  /** The top-up that it was given with. */
  readonly topupId: string;
  readonly shopId: string;
  /** Whose it is at the gateway. */
  readonly customerId: string;
  /** Undefined until the top-up is paid. */
  readonly tokenId: string | undefined;
  readonly maxAmount: Paise;
  readonly createdAt: Date;
};

/** One by which something can be taken, as far as the gateway knows. */
export type ActiveMandate = Mandate & { readonly tokenId: string };

/** The most that a bank lets be taken at a time without a person (RBI's rules on e-mandates). */
export const mandateMax = paise(15_000_00);

/** A wallet that falls often is topped up no more often than this. */
export const coolOffMs = 3_600_000;

/** A payment that the bank was asked for and that is still not to be seen is asked for again after this. */
export const askAgainMs = 3_600_000;

/** Why a top-up is not taken that its shop does not want any more, or may not have. It stops none that would follow. */
export const switchedOff = 'SWITCHED_OFF';

/** When less than `below` can be spent, or less than a subscription owes, `amount` is taken by the mandate. */
export type AutoTopup = {
  readonly below: Paise;
  readonly amount: Paise;
  /** Why it stands still; undefined while it works. Setting it again starts it again. */
  readonly stopReason: string | undefined;
  /** The one that is being paid. */
  readonly openTopupId: string | undefined;
  readonly lastStartedAt: Date | undefined;
};

/** `owed` is what a subscription waits for, 0 when none does. */
export function isDue(auto: AutoTopup, wallet: Wallet, owed: Paise, now: Date): boolean {
  if (auto.stopReason !== undefined || auto.openTopupId !== undefined || wallet.status !== 'active') return false;
  const coolsUntil = coolOffEnd(auto);
  return (coolsUntil === undefined || coolsUntil <= now) && totalsOf(wallet).available < Math.max(auto.below, owed);
}

/** Whether a shop still wants this very top-up to be taken. */
export function isWanted(auto: AutoTopup | undefined, { id, amount }: Pick<Topup, 'id' | 'amount'>): boolean {
  return auto?.stopReason === undefined && auto?.openTopupId === id && auto.amount === amount;
}

/** Until when no other one is started. */
export function coolOffEnd({ lastStartedAt }: AutoTopup): Date | undefined {
  return lastStartedAt && new Date(lastStartedAt.getTime() + coolOffMs);
}

/** @throws DomainError `MANDATE_MISSING`, `MANDATE_LIMIT` */
export function assertCovered(amount: Paise, mandate: ActiveMandate | undefined): void {
  if (mandate === undefined) {
    const message = 'nothing may be taken without asking yet: top up once and agree to saving how you pay';
    throw new DomainError('failed_precondition', 'MANDATE_MISSING', message);
  }
  if (amount <= mandate.maxAmount) return;
  const message = `at most ${formatRupees(mandate.maxAmount)} may be taken at a time`;
  throw new DomainError('failed_precondition', 'MANDATE_LIMIT', message);
}
