import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shops whose campaigns are invoiced once a month, and the holds that wait for that. */
export class MonthlyInvoices1795730000000 implements MigrationInterface {
  readonly name = 'MonthlyInvoices1795730000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE invoice_settings (
        shop_id    BINARY(16) NOT NULL PRIMARY KEY,
        monthly    TINYINT(1) NOT NULL,
        updated_at DATETIME(3) NOT NULL
      ) ENGINE = InnoDB`);
    // A hold is here once it is closed for a shop that wants it so; without an invoice it waits for the month's.
    await db.query(`
      CREATE TABLE monthly_hold (
        hold_id    BINARY(16) NOT NULL PRIMARY KEY,
        shop_id    BINARY(16) NOT NULL,
        closed_at  DATETIME(3) NOT NULL,
        invoice_id BINARY(16) NULL,
        KEY ix_monthly_hold_due (invoice_id, shop_id, closed_at),
        CONSTRAINT fk_monthly_hold FOREIGN KEY (hold_id) REFERENCES hold (id),
        CONSTRAINT fk_monthly_hold_invoice FOREIGN KEY (invoice_id) REFERENCES invoice (id)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['monthly_hold', 'invoice_settings']) await db.query(`DROP TABLE ${table}`);
  }
}
