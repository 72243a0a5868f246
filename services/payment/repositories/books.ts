import type { Transaction } from '@doffers/database';
import { type BreakRepository, createBreakRepository } from './break-repository.ts';
import { createHoldRepository, type HoldRepository } from './hold-repository.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createTopupRepository, type TopupRepository } from './topup-repository.ts';
import { createWalletRepository, type WalletRepository } from './wallet-repository.ts';

/** Everything that keeps account of money; within one transaction it changes together or not at all. */
export type Books = {
  readonly ledger: Ledger;
  readonly wallets: WalletRepository;
  readonly topups: TopupRepository;
  readonly breaks: BreakRepository;
  readonly holds: HoldRepository;
};

/** The books within `tx`, or statement by statement when that is the database's own manager. */
export function createBooks(tx: Transaction): Books {
  return {
    ledger: createLedger(tx),
    wallets: createWalletRepository(tx),
    topups: createTopupRepository(tx),
    breaks: createBreakRepository(tx),
    holds: createHoldRepository(tx),
  };
}
