import { createHash } from 'node:crypto';
import { idToBytes, type Transaction } from '@doffers/database';
import { type Account, normalSide, type ShopAccountCode } from '../domain/ledger.ts';

/** Accounts of the platform itself belong to sixteen zero bytes, because NULLs would not be unique. */
const platform = Buffer.alloc(16);
const shopCodes: readonly ShopAccountCode[] = ['WALLET_CASH', 'WALLET_PROMO', 'WALLET_HELD_CASH', 'WALLET_HELD_PROMO'];

/** An account's id follows from its owner and code, so that a journal is written without looking anything up. */
export function accountId(account: Account): Buffer {
  const name = `${account.code}/${ownerId(account).toString('hex')}`;
  return createHash('sha256').update(name).digest().subarray(0, 16);
}

/** Makes sure that accounts exist. */
export async function openAccounts(tx: Transaction, accounts: readonly Account[]): Promise<void> {
  await tx.query('INSERT IGNORE INTO ledger_account (id, code, owner_type, owner_id, normal_side) VALUES ?', [
    accounts.map((account) => [
      accountId(account),
      account.code,
      account.shopId === undefined ? 'platform' : 'shop',
      ownerId(account),
      normalSide[account.code],
    ]),
  ]);
}

/** The accounts that every shop has. */
export function accountsOf(shopId: string): readonly Account[] {
  return shopCodes.map((code) => ({ code, shopId }));
}

const ownerId = ({ shopId }: Account) => (shopId === undefined ? platform : idToBytes(shopId));
