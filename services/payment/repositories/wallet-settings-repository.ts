import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { type AutoTopup, coolOffMs } from '../domain/auto-topup.ts';
import { type LowMark, noSettings, type WalletSettings } from '../domain/wallet-settings.ts';
import { waitingForMoney } from './bill-repository.ts';

export type WalletSettingsRepository = {
  find(shopId: string): Promise<WalletSettings>;
  save(settings: Pick<WalletSettings, 'shopId' | 'alertBelow'>, at: Date): Promise<void>;
  /** Replaces how a shop that has settings is topped up by itself; what had stopped goes on, what is open stays. */
  saveAutoTopup(shopId: string, wishes: Pick<AutoTopup, 'below' | 'amount'> | undefined): Promise<void>;
  stopAutoTopup(shopId: string, reason: string): Promise<void>;
  /** Remembers the automatic top-up that is being paid. */
  openAutoTopup(shopId: string, topupId: string, at: Date): Promise<void>;
  /** It is being paid no more. Answers false when it was not. */
  closeAutoTopup(topup: { readonly id: string; readonly shopId: string }): Promise<boolean>;
  /** Settings and mark of a shop that has some, locked until the transaction ends. */
  lock(shopId: string): Promise<{ readonly settings: WalletSettings; readonly mark: LowMark } | undefined>;
  mark(shopId: string, mark: LowMark): Promise<void>;
  /** Shops whose wallet may stand on the other side of its threshold than its mark says. */
  listCrossed(limit: number): Promise<readonly string[]>;
  /** Shops whose wallet may have to be topped up by itself. */
  listAutoTopupsDue(at: Date, limit: number): Promise<readonly string[]>;
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
    async saveAutoTopup(shopId, wishes) {
      await tx.query(
        `UPDATE wallet_settings SET auto_below_paise = ?, auto_amount_paise = ?, auto_stop_reason = NULL
          WHERE shop_id = ?`,
        [wishes?.below ?? null, wishes?.amount ?? null, idToBytes(shopId)],
      );
    },
    async stopAutoTopup(shopId, reason) {
      await tx.query(
        'UPDATE wallet_settings SET auto_stop_reason = ? WHERE shop_id = ? AND auto_below_paise IS NOT NULL',
        [reason, idToBytes(shopId)],
      );
    },
    async openAutoTopup(shopId, topupId, at) {
      await tx.query('UPDATE wallet_settings SET auto_topup_id = ?, auto_started_at = ? WHERE shop_id = ?', [
        idToBytes(topupId),
        at,
        idToBytes(shopId),
      ]);
    },
    async closeAutoTopup({ id, shopId }) {
      const { affectedRows } = await tx.query(
        'UPDATE wallet_settings SET auto_topup_id = NULL WHERE shop_id = ? AND auto_topup_id = ?',
        [idToBytes(shopId), idToBytes(id)],
      );
      return affectedRows === 1;
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
    async listAutoTopupsDue(at, limit) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        `SELECT s.shop_id FROM wallet_settings s JOIN wallet w ON w.shop_id = s.shop_id
          WHERE s.auto_below_paise IS NOT NULL AND s.auto_stop_reason IS NULL AND s.auto_topup_id IS NULL
            AND (s.auto_started_at IS NULL OR s.auto_started_at <= ?) AND w.frozen = 0 AND w.parked = 0
            AND ${available} < GREATEST(s.auto_below_paise,
                  (SELECT COALESCE(MAX(b.total_paise), 0) ${waitingForMoney} AND b.shop_id = s.shop_id))
          ORDER BY s.shop_id LIMIT ?`,
        [new Date(at.getTime() - coolOffMs), limit],
      );
      return rows.map(({ shop_id }) => idFromBytes(shop_id));
    },
  };
}

type Row = {
  readonly alert_below_paise: string | null;
  readonly auto_below_paise: string | null;
  readonly auto_amount_paise: string | null;
  readonly auto_stop_reason: string | null;
  readonly auto_topup_id: Buffer | null;
  readonly auto_started_at: Date | null;
  readonly updated_at: Date;
};

function toSettings(shopId: string, row: Row): WalletSettings {
  const { alert_below_paise: below, updated_at: updatedAt } = row;
  return {
    shopId,
    alertBelow: below === null ? undefined : paise(Number(below)),
    autoTopup: toAutoTopup(row),
    updatedAt,
  };
}

function toAutoTopup(row: Row): AutoTopup | undefined {
  const { auto_below_paise: below, auto_amount_paise: amount, auto_topup_id: openTopupId } = row;
  if (below === null || amount === null) return undefined;
  return {
    below: paise(Number(below)),
    amount: paise(Number(amount)),
    stopReason: row.auto_stop_reason ?? undefined,
    openTopupId: openTopupId === null ? undefined : idFromBytes(openTopupId),
    lastStartedAt: row.auto_started_at ?? undefined,
  };
}
