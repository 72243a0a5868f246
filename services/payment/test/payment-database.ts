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

/** What must hold after whatever happened: the books balance, and every wallet equals its entries. */
export async function auditOf(db: Database) {
  const [{ imbalance }] = await db.query(
    'SELECT COALESCE(SUM(debit_paise), 0) - COALESCE(SUM(credit_paise), 0) AS imbalance FROM entry',
  );
  const unbalanced = await db.query(
    'SELECT journal_id FROM entry GROUP BY journal_id HAVING SUM(debit_paise) <> SUM(credit_paise)',
  );
  const drifted = await db.query(
    `SELECT HEX(w.shop_id) AS shop, w.posted_cash_paise AS posted, COALESCE(SUM(e.credit_paise - e.debit_paise), 0) AS entries
       FROM wallet w
       LEFT JOIN ledger_account a ON a.owner_id = w.shop_id AND a.code = 'WALLET_CASH'
       LEFT JOIN entry e ON e.account_id = a.id
      GROUP BY w.shop_id, w.posted_cash_paise HAVING posted <> entries`,
  );
  return { imbalance: Number(imbalance), unbalanced, drifted };
}

export const cleanAudit = { imbalance: 0, unbalanced: [], drifted: [] };
