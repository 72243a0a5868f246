import { connect, createDatabase, type Database, migrate } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { tables } from '../repositories/tables.ts';

/** A migrated database of its own on the real server. */
export async function paymentDatabase(subject: string): Promise<{ db: Database; close(): Promise<void> }> {
  const home = await createTestDatabase(`payment-${subject}`);
  const db = createDatabase({ url: home.url, ...tables, poolSize: 16 });
  await migrate(db);
  await connect(db);
  return {
    db,
    async close() {
      await db.destroy();
      await home.drop();
    },
  };
}

/** What must hold after whatever happened: the books balance, and every wallet equals its entries and what its holds
 * still set aside. */
export async function auditOf(db: Database) {
  const [{ imbalance }] = await db.query(
    'SELECT COALESCE(SUM(debit_paise), 0) - COALESCE(SUM(credit_paise), 0) AS imbalance FROM entry',
  );
  const unbalanced = await db.query(
    'SELECT journal_id FROM entry GROUP BY journal_id HAVING SUM(debit_paise) <> SUM(credit_paise)',
  );
  const drifted = await db.query(
    `SELECT HEX(w.shop_id) AS shop
       FROM wallet w
       LEFT JOIN (
         SELECT a.owner_id,
                SUM(IF(a.code IN ('WALLET_CASH', 'WALLET_HELD_CASH'), e.credit_paise - e.debit_paise, 0)) AS posted_cash,
                SUM(IF(a.code IN ('WALLET_PROMO', 'WALLET_HELD_PROMO'), e.credit_paise - e.debit_paise, 0)) AS posted_promo,
                SUM(IF(a.code = 'WALLET_HELD_CASH', e.credit_paise - e.debit_paise, 0)) AS held_cash,
                SUM(IF(a.code = 'WALLET_HELD_PROMO', e.credit_paise - e.debit_paise, 0)) AS held_promo
           FROM ledger_account a JOIN entry e ON e.account_id = a.id GROUP BY a.owner_id) l ON l.owner_id = w.shop_id
       LEFT JOIN (
         SELECT shop_id,
                SUM(amount_cash_paise - captured_cash_paise - released_cash_paise) AS cash,
                SUM(amount_promo_paise - captured_promo_paise - released_promo_paise) AS promo
           FROM hold GROUP BY shop_id) h ON h.shop_id = w.shop_id
      WHERE w.posted_cash_paise <> COALESCE(l.posted_cash, 0) OR w.posted_promo_paise <> COALESCE(l.posted_promo, 0)
         OR w.held_cash_paise <> COALESCE(l.held_cash, 0) OR w.held_promo_paise <> COALESCE(l.held_promo, 0)
         OR w.held_cash_paise <> COALESCE(h.cash, 0) OR w.held_promo_paise <> COALESCE(h.promo, 0)`,
  );
  return { imbalance: Number(imbalance), unbalanced, drifted };
}

export const cleanAudit = { imbalance: 0, unbalanced: [], drifted: [] };
