import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What revenue was earned with stands on its lines, so that reports need nothing but the ledger. */
export class Revenue1795760000000 implements MigrationInterface {
  readonly name = 'Revenue1795760000000';

  async up(db: QueryRunner): Promise<void> {
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin NULL';
    await db.query(`
      ALTER TABLE entry
        ADD COLUMN sold VARCHAR(16) ${ascii}, ADD COLUMN channel VARCHAR(64) ${ascii}, ADD COLUMN state CHAR(2) ${ascii}`);
    await db.query('ALTER TABLE subscription_bill ADD KEY ix_subscription_bill_end (period_end)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE subscription_bill DROP KEY ix_subscription_bill_end');
    await db.query('ALTER TABLE entry DROP COLUMN sold, DROP COLUMN channel, DROP COLUMN state');
  }
}
