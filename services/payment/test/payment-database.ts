import { connect, createDatabase, type Database, migrate } from '@doffers/database';
import { createTestDatabase } from '@doffers/testkit';
import { createLedgerAudit } from '../repositories/ledger-audit.ts';
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

/**
 * What must hold after whatever happened: the books balance, and every wallet equals its entries, what its holds still
 * set aside, and what is left of its lots.
 */
export async function auditOf(db: Database) {
  const audit = createLedgerAudit(db.manager);
  return {
    imbalance: Number(await audit.imbalance()),
    unbalanced: await audit.unbalanced(),
    drifted: [...(await audit.drifts()), ...(await audit.lotDrifts())],
  };
}

export const cleanAudit = { imbalance: 0, unbalanced: [], drifted: [] };
