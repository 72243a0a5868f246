import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { Funds } from '../domain/hold.ts';
import type { Wallet, WalletChange } from '../domain/wallet.ts';
import { statusOf } from '../domain/wallet-status.ts';
import { accountsOf, openAccounts } from './accounts.ts';

export type WalletRepository = {
  find(shopId: string, at?: Date): Promise<Wallet | undefined>;
  /** Those of some shops, by shop; a shop that never paid in has none. */
  list(shopIds: readonly string[], at: Date): Promise<ReadonlyMap<string, Wallet>>;
  /** The wallet, locked until the transaction ends; for the rare case in which `change` cannot stand alone. */
  lock(shopId: string, at?: Date): Promise<Wallet | undefined>;
  /**
   * Makes sure that the shop has a wallet and its accounts. Not inside a transaction that may roll back: those that wait
   * for it would meet in a deadlock.
   */
  open(shopId: string): Promise<void>;
  /**
   * Moves the balance, or answers false when a fund would fall below what is held of it, or a hold below zero, or less
   * could be spent afterwards of a wallet that is not active.
   *
   * One conditional statement, so that the check and the change cannot be parted. It locks the row that all of a
   * shop's movements share: make it the last statement of the transaction, and roll back when it answers false.
   */
  change(shopId: string, change: WalletChange, at: Date): Promise<boolean>;
  /**
   * Sets money of several wallets aside, under the same condition for each and in one statement that takes their rows in
   * the order of shops; answers false when one of them has too little or is not active. Then roll back.
   */
  hold(amounts: ReadonlyMap<string, Funds>, at: Date): Promise<boolean>;
};

// What has expired is asked for only of a shop that has promotional credit.
const select = `
  SELECT w.*, IF(w.posted_promo_paise = 0, 0, (
           SELECT COALESCE(SUM(l.remaining_paise), 0) FROM credit_lot l
            WHERE l.shop_id = w.shop_id AND l.kind = 'promo' AND l.spent = 0 AND l.expires_at <= ?)) AS expired_promo_paise
    FROM wallet w WHERE w.shop_id IN (?)`;

/** Wallets within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createWalletRepository(tx: Transaction): WalletRepository {
  return {
    async find(shopId, at = new Date()) {
      const [row] = await tx.query(select, [at, idToBytes(shopId)]);
      return row && toWallet(row);
    },
    async list(shopIds, at) {
      const rows: WalletRow[] = await tx.query(select, [at, shopIds.map(idToBytes)]);
      return new Map(rows.map(toWallet).map((wallet) => [wallet.shopId, wallet]));
    },
    async lock(shopId, at = new Date()) {
      const [row] = await tx.query(`${select} FOR UPDATE`, [at, idToBytes(shopId)]);
      return row && toWallet(row);
    },
    async open(shopId) {
      await openAccounts(tx, accountsOf(shopId));
      await tx.query('INSERT IGNORE INTO wallet (shop_id) VALUES (?)', [idToBytes(shopId)]);
    },
    async change(shopId, { postedCash = 0, postedPromo = 0, heldCash = 0, heldPromo = 0 }, at) {
      const changes = [postedCash, heldCash, postedPromo, heldPromo, at];
      const isSpending = postedCash < heldCash || postedPromo < heldPromo;
      const conditions = [heldCash, postedCash, heldPromo, postedPromo];
      const { affectedRows } = await tx.query(
        `UPDATE wallet
            SET posted_cash_paise = posted_cash_paise + ?, held_cash_paise = held_cash_paise + ?,
                posted_promo_paise = posted_promo_paise + ?, held_promo_paise = held_promo_paise + ?, updated_at = ?
          WHERE shop_id = ?
            AND held_cash_paise + ? BETWEEN 0 AND posted_cash_paise + ?
            AND held_promo_paise + ? BETWEEN 0 AND posted_promo_paise + ?
            ${isSpending ? 'AND frozen = 0 AND parked = 0' : ''}`,
        [...changes, idToBytes(shopId), ...conditions],
      );
      return affectedRows === 1;
    },
    async hold(amounts, at) {
      if (amounts.size === 0) return true;
      const shops = [...amounts].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const { affectedRows } = await tx.query(
        `UPDATE (${shops.map(() => 'SELECT ? AS shop_id, ? AS cash, ? AS promo').join(' UNION ALL ')}) more
           JOIN wallet w ON w.shop_id = more.shop_id
            SET w.held_cash_paise = w.held_cash_paise + more.cash,
                w.held_promo_paise = w.held_promo_paise + more.promo, w.updated_at = ?
          WHERE w.held_cash_paise + more.cash <= w.posted_cash_paise
            AND w.held_promo_paise + more.promo <= w.posted_promo_paise
            AND w.frozen = 0 AND w.parked = 0`,
        [...shops.flatMap(([shopId, { cash, promo }]) => [idToBytes(shopId), cash, promo]), at],
      );
      return affectedRows === amounts.size;
    },
  };
}

type WalletRow = {
  readonly shop_id: Buffer;
  readonly posted_cash_paise: string;
  readonly posted_promo_paise: string;
  readonly held_cash_paise: string;
  readonly held_promo_paise: string;
  readonly expired_promo_paise: string;
  readonly frozen: number;
  readonly parked: number;
  readonly updated_at: Date | null;
};

function toWallet(row: WalletRow): Wallet {
  return {
    shopId: idFromBytes(row.shop_id),
    postedCash: paise(Number(row.posted_cash_paise)),
    postedPromo: paise(Number(row.posted_promo_paise)),
    heldCash: paise(Number(row.held_cash_paise)),
    heldPromo: paise(Number(row.held_promo_paise)),
    expiredPromo: paise(Number(row.expired_promo_paise)),
    status: statusOf({ frozen: row.frozen === 1, parked: row.parked === 1 }),
    updatedAt: row.updated_at ?? undefined,
  };
}
