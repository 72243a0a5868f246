import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * GST documents. One is written once, with its number, and never changed: the triggers refuse what a correction must
 * not do. What is known later, its PDF, has a table of its own.
 */
export class Invoices1795500000001 implements MigrationInterface {
  readonly name = 'Invoices1795500000001';

  async up(db: QueryRunner): Promise<void> {
    // The last number of each series: counted up, and locked until commit, in the transaction that uses it. An
    // AUTO_INCREMENT would lose the numbers of transactions that roll back.
    await db.query(`
      CREATE TABLE invoice_series (
        supplier_gstin CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        kind           ENUM('tax_invoice', 'receipt_voucher') NOT NULL,
        financial_year CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        last_serial    INT UNSIGNED NOT NULL,
        last_issued_at DATETIME(3) NOT NULL,
        PRIMARY KEY (supplier_gstin, kind, financial_year)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE invoice (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        shop_id         BINARY(16) NOT NULL,
        kind            ENUM('tax_invoice', 'receipt_voucher') NOT NULL,
        supplier_gstin  CHAR(15) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        financial_year  CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        serial          INT UNSIGNED NOT NULL,
        number          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        source          VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        supply          LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        \`lines\`         LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        discount_paise  BIGINT NOT NULL,
        taxable_paise   BIGINT NOT NULL,
        cgst_paise      BIGINT NOT NULL,
        sgst_paise      BIGINT NOT NULL,
        igst_paise      BIGINT NOT NULL,
        round_off_paise BIGINT NOT NULL,
        total_paise     BIGINT NOT NULL,
        issued_at       DATETIME(3) NOT NULL,
        UNIQUE KEY uq_invoice_source (source),
        UNIQUE KEY uq_invoice_serial (supplier_gstin, kind, financial_year, serial),
        UNIQUE KEY uq_invoice_number (supplier_gstin, number),
        KEY ix_invoice_shop (shop_id, issued_at, id),
        CONSTRAINT ck_invoice_total CHECK (total_paise > 0
          AND total_paise = taxable_paise + cgst_paise + sgst_paise + igst_paise + round_off_paise)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE invoice_pdf (
        invoice_id BINARY(16) NOT NULL PRIMARY KEY,
        bytes      INT UNSIGNED NOT NULL,
        sha256     BINARY(32) NOT NULL,
        stored_at  DATETIME(3) NOT NULL,
        CONSTRAINT fk_invoice_pdf FOREIGN KEY (invoice_id) REFERENCES invoice (id)
      ) ENGINE = InnoDB`);
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`
        CREATE TRIGGER invoice_no_${deed.toLowerCase()} BEFORE ${deed} ON invoice FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a document is final: correct it by another document'`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['invoice_pdf', 'invoice', 'invoice_series']) await db.query(`DROP TABLE ${table}`);
  }
}
