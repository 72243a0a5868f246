import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The double-entry ledger. A journal and its entries are written once: the triggers refuse what no grant must allow,
 * also to whoever owns the tables.
 */
export class Ledger1795400000000 implements MigrationInterface {
  readonly name = 'Ledger1795400000000';

  async up(db: QueryRunner): Promise<void> {
    // The platform's own accounts have an owner of sixteen zero bytes, because NULLs would not be unique.
    await db.query(`
      CREATE TABLE ledger_account (
        id          BINARY(16) NOT NULL PRIMARY KEY,
        code        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        owner_type  ENUM('platform', 'shop') NOT NULL,
        owner_id    BINARY(16) NOT NULL,
        normal_side ENUM('debit', 'credit') NOT NULL,
        currency    CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'INR',
        UNIQUE KEY uq_ledger_account (owner_id, code)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE journal (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        idempotency_key VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash    BINARY(32) NOT NULL,
        kind            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        reference       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        UNIQUE KEY uq_journal_key (idempotency_key),
        KEY ix_journal_reference (reference)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE entry (
        journal_id   BINARY(16) NOT NULL,
        line_no      TINYINT UNSIGNED NOT NULL,
        account_id   BINARY(16) NOT NULL,
        debit_paise  BIGINT NOT NULL,
        credit_paise BIGINT NOT NULL,
        PRIMARY KEY (journal_id, line_no),
        KEY ix_entry_account (account_id, journal_id),
        CONSTRAINT fk_entry_journal FOREIGN KEY (journal_id) REFERENCES journal (id),
        CONSTRAINT fk_entry_account FOREIGN KEY (account_id) REFERENCES ledger_account (id),
        CONSTRAINT ck_entry_one_side CHECK (debit_paise >= 0 AND credit_paise >= 0 AND (debit_paise = 0) <> (credit_paise = 0))
      ) ENGINE = InnoDB`);
    for (const table of ['journal', 'entry']) {
      for (const deed of ['UPDATE', 'DELETE']) {
        await db.query(`
          CREATE TRIGGER ${table}_no_${deed.toLowerCase()} BEFORE ${deed} ON ${table} FOR EACH ROW
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: write a correcting journal'`);
      }
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE entry');
    await db.query('DROP TABLE journal');
    await db.query('DROP TABLE ledger_account');
  }
}
