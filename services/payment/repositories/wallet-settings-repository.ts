import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { type LowMark, noSettings, type WalletSettings } from '../domain/wallet-settings.ts';

export type WalletSettingsRepository = {
  find(shopId: string): Promise<WalletSettings>;
  save(settings: WalletSettings, at: Date): Promise<void>;
  /** Settings and mark of a shop that has some, locked until the transaction ends. */
  lock(shopId: string): Promise<{ readonly settings: WalletSettings; readonly mark: LowMark } | undefined>;
  mark(shopId: string, mark: LowMark): Promise<void>;
  /** Shops whose wallet may stand on the other side of its threshold than its mark says. */
  listCrossed(limit: number): Promise<readonly string[]>;
};

/** What is left without looking at what has expired: near enough to find whom to look at closely. */
const available = 'w.posted_cash_paise - w.held_cash_paise + w.posted_promo_paise - w.held_promo_paise';

/** Settings within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createWalletSettingsRepository(tx: Transaction): WalletSettingsRepository {
  return {
    async find(shopId) {
      const [row] = await tx.query('SELECT * FROM wallet_settings WHERE shop_id = ?', [idToBytes(shopId)]);
      return row === undefined ? noSettings(shopId) : toSettings(shopId, row);
    },
    async save({ shopId, alertBelow = null }, at) {
      await tx.query(
        `INSERT INTO wallet_settings (shop_id, alert_below_paise, updated_at) VALUES (?, ?, ?)
           ON DUPLICATE KEY UPDATE alert_below_paise = ?, updated_at = ?`,
        [idToBytes(shopId), alertBelow, at, alertBelow, at],
      );
    },
    async lock(shopId) {
      const [row] = await tx.query('SELECT * FROM wallet_settings WHERE shop_id = ? FOR UPDATE', [idToBytes(shopId)]);
      if (row === undefined) return undefined;
      const mark = { isLow: Number(row.is_low) === 1, crossings: Number(row.crossings) };
      return { settings: toSettings(shopId, row), mark };
    },
    async mark(shopId, { isLow, crossings }) {
      await tx.query('UPDATE wallet_settings SET is_low = ?, crossings = ? WHERE shop_id = ?', [
        isLow,
        crossings,
        idToBytes(shopId),
      ]);
    },
    async listCrossed(limit) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        `SELECT s.shop_id FROM wallet_settings s JOIN wallet w ON w.shop_id = s.shop_id
          WHERE s.is_low <> (${available} < COALESCE(s.alert_below_paise, 0)) ORDER BY s.shop_id LIMIT ?`,
        [limit],
      );
      return rows.map(({ shop_id }) => idFromBytes(shop_id));
    },
  };
}

type Row = { readonly alert_below_paise: string | null; readonly updated_at: Date };

function toSettings(shopId: string, { alert_below_paise: below, updated_at: updatedAt }: Row): WalletSettings {
  return { shopId, alertBelow: below === null ? undefined : paise(Number(below)), updatedAt };
}
