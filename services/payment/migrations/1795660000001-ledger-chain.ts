import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An account's id follows from its owner and code, so that a journal is written without looking anything up. */
const accountId = (account: string) =>
  `UNHEX(LEFT(SHA2(CONCAT(${account}code, '/', LOWER(HEX(${account}owner_id))), 256), 32))`;

const platformAccounts = [
  ['GATEWAY_CLEARING', 'debit'],
  ['ADVANCE_TAX', 'debit'],
  ['GST_CGST', 'credit'],
  ['GST_SGST', 'credit'],
  ['GST_IGST', 'credit'],
  ['CAMPAIGN_REVENUE', 'credit'],
  ['SUBSCRIPTION_REVENUE', 'credit'],
  ['PROMO_EXPENSE', 'debit'],
];
const shopAccounts = ['WALLET_CASH', 'WALLET_PROMO', 'WALLET_HELD_CASH', 'WALLET_HELD_PROMO'];

const refuse = (table: string, deed: string) => `
  CREATE TRIGGER ${table}_no_${deed.toLowerCase()} BEFORE ${deed} ON ${table} FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: write a correcting journal'`;

export class LedgerChain1795660000001 implements MigrationInterface {
  readonly name = 'LedgerChain1795660000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER IF EXISTS entry_no_update');
    await db.query('ALTER TABLE entry DROP FOREIGN KEY fk_entry_account');
    await db.query(`UPDATE entry e JOIN ledger_account a ON a.id = e.account_id SET e.account_id = ${accountId('a.')}`);
    await db.query(`UPDATE ledger_account SET id = ${accountId('')}`);
    await db.query(
      'ALTER TABLE entry ADD CONSTRAINT fk_entry_account FOREIGN KEY (account_id) REFERENCES ledger_account (id)',
    );
    await db.query(refuse('entry', 'UPDATE'));
    const named = `INSERT IGNORE INTO ledger_account (id, code, owner_type, owner_id, normal_side)
      SELECT ${accountId('')}, code, owner_type, owner_id, normal_side FROM`;
    for (const [code, side] of platformAccounts) {
      const account = `SELECT '${code}' AS code, 'platform' AS owner_type, UNHEX(REPEAT('00', 16)) AS owner_id, '${side}' AS normal_side`;
      await db.query(`${named} (${account}) a`);
    }
    for (const code of shopAccounts) {
      const account = `SELECT '${code}' AS code, 'shop' AS owner_type, shop_id AS owner_id, 'credit' AS normal_side FROM wallet`;
      await db.query(`${named} (${account}) a`);
    }
    await db.query(`
      ALTER TABLE journal
        ADD COLUMN reverses_id BINARY(16) NULL,
        ADD UNIQUE KEY uq_journal_reverses (reverses_id),
        ADD CONSTRAINT fk_journal_reverses FOREIGN KEY (reverses_id) REFERENCES journal (id)`);
    // The chain lies beside the journals, because those are never touched again.
    await db.query(`
      CREATE TABLE journal_seal (
        seq        BIGINT UNSIGNED NOT NULL PRIMARY KEY,
        journal_id BINARY(16) NOT NULL,
        prev_hash  BINARY(32) NOT NULL,
        hash       BINARY(32) NOT NULL,
        sealed_at  DATETIME(3) NOT NULL,
        UNIQUE KEY uq_journal_seal_journal (journal_id),
        CONSTRAINT fk_journal_seal_journal FOREIGN KEY (journal_id) REFERENCES journal (id)
      ) ENGINE = InnoDB`);
    // Its end: whoever holds this row seals.
    await db.query(`
      CREATE TABLE journal_chain (
        id   TINYINT UNSIGNED NOT NULL PRIMARY KEY,
        seq  BIGINT UNSIGNED NOT NULL,
        hash BINARY(32) NOT NULL
      ) ENGINE = InnoDB`);
    await db.query(`INSERT INTO journal_chain (id, seq, hash) VALUES (1, 0, UNHEX(REPEAT('00', 32)))`);
    for (const table of ['journal_seal', 'wallet_status_change']) {
      for (const deed of ['UPDATE', 'DELETE']) await db.query(refuse(table, deed));
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE journal_chain');
    await db.query('DROP TABLE journal_seal');
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`DROP TRIGGER wallet_status_change_no_${deed.toLowerCase()}`);
    }
    await db.query('ALTER TABLE journal DROP FOREIGN KEY fk_journal_reverses, DROP COLUMN reverses_id');
  }
}
