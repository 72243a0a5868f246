import { DomainError } from '@doffers/errors';

/**
 * Whether a shop may spend. `frozen` by an admin, `parked` by reconciliation, which has found something that it cannot
 * explain. Either way nothing new is held or bought; what is paid in is credited, and what was held is settled, because
 * the messages it pays for have been sent.
 */
export type WalletStatus = 'active' | 'frozen' | 'parked';

/** What was done to the status of a wallet, by whom and why. */
export type StatusChange = {
  readonly id: string;
  readonly shopId: string;
  readonly deed: StatusDeed;
  readonly reason: string;
  /** Undefined when reconciliation did it. */
  readonly actorId: string | undefined;
  readonly createdAt: Date;
};

export type StatusDeed = 'freeze' | 'unfreeze' | 'park' | 'unpark';

/** What an admin commands. */
export type StatusCommand = {
  readonly shopId: string;
  readonly requestId: string;
  readonly deed: StatusDeed;
  readonly reason: string;
};

/** Both marks may be set; an admin's is the one that is told. */
export function statusOf({ frozen, parked }: { readonly frozen: boolean; readonly parked: boolean }): WalletStatus {
  if (frozen) return 'frozen';
  return parked ? 'parked' : 'active';
}

export function walletState(deed: StatusDeed): DomainError {
  const message = {
    freeze: 'this wallet is frozen already',
    unfreeze: 'this wallet is not frozen',
    park: 'this wallet is parked already',
    unpark: 'this wallet is not parked',
  }[deed];
  return new DomainError('failed_precondition', 'WALLET_STATE', message);
}
