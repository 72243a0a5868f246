import type { MigrationInterface, QueryRunner } from 'typeorm';

const kinds = (names: readonly string[]) => `ENUM(${names.map((name) => `'${name}'`).join(', ')})`;
const before = ['tax_invoice', 'receipt_voucher'];
const now = [...before, 'credit_note', 'refund_voucher'];

/** Documents that refer to another one, and the request that asked for one. */
export class CreditNotes1795670000000 implements MigrationInterface {
  readonly name = 'CreditNotes1795670000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE invoice_series MODIFY kind ${kinds(now)} NOT NULL`);
    // `details` is what some kinds have and no query asks for: the quoted original and the reason.
    await db.query(`
      ALTER TABLE invoice
        MODIFY kind ${kinds(now)} NOT NULL,
        ADD COLUMN original_id  BINARY(16) NULL,
        ADD COLUMN details      LONGTEXT CHARACTER SET utf8mb4 NULL,
        ADD COLUMN request_hash BINARY(32) NULL,
        ADD KEY ix_invoice_original (original_id, serial),
        ADD CONSTRAINT fk_invoice_original FOREIGN KEY (original_id) REFERENCES invoice (id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE invoice
        DROP FOREIGN KEY fk_invoice_original,
        DROP KEY ix_invoice_original,
        DROP COLUMN request_hash,
        DROP COLUMN details,
        DROP COLUMN original_id,
        MODIFY kind ${kinds(before)} NOT NULL`);
    await db.query(`ALTER TABLE invoice_series MODIFY kind ${kinds(before)} NOT NULL`);
  }
}
