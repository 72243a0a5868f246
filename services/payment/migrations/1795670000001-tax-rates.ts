import type { MigrationInterface, QueryRunner } from 'typeorm';

const kinds = (names: readonly string[]) => `ENUM(${names.map((name) => `'${name}'`).join(', ')})`;
const before = ['tax_invoice', 'receipt_voucher', 'credit_note', 'refund_voucher'];
const now = [...before, 'usage_statement'];

/** What services are called and how they are taxed, from which instant on; and what is special about a shop. */
export class TaxRates1795670000001 implements MigrationInterface {
  readonly name = 'TaxRates1795670000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE tax_rate (
        service           ENUM('campaign', 'pack', 'subscription') NOT NULL,
        effective_from    DATETIME(3) NOT NULL,
        sac               CHAR(6) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        rate_basis_points INT UNSIGNED NOT NULL,
        PRIMARY KEY (service, effective_from),
        CONSTRAINT ck_tax_rate CHECK (rate_basis_points <= 10000 AND rate_basis_points % 2 = 0)
      ) ENGINE = InnoDB`);
    // GST began on 1 July 2017, at midnight in India. 998365: sale of Internet advertising space; 998439: other
    // on-line contents.
    await db.query(`
      INSERT INTO tax_rate (service, effective_from, sac, rate_basis_points) VALUES
        ('campaign', '2017-06-30 18:30:00', '998365', 1800),
        ('pack', '2017-06-30 18:30:00', '998439', 1800),
        ('subscription', '2017-06-30 18:30:00', '998439', 1800)`);
    // A shop without a row lies in no special economic zone.
    await db.query(`
      CREATE TABLE shop_tax_profile (
        shop_id               BINARY(16) NOT NULL PRIMARY KEY,
        special_economic_zone TINYINT(1) NOT NULL,
        updated_at            DATETIME(3) NOT NULL
      ) ENGINE = InnoDB`);
    for (const table of ['invoice_series', 'invoice']) {
      await db.query(`ALTER TABLE ${table} MODIFY kind ${kinds(now)} NOT NULL`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['invoice_series', 'invoice']) {
      await db.query(`ALTER TABLE ${table} MODIFY kind ${kinds(before)} NOT NULL`);
    }
    for (const table of ['shop_tax_profile', 'tax_rate']) await db.query(`DROP TABLE ${table}`);
  }
}
