import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AutoTopups1795695000001 implements MigrationInterface {
  readonly name = 'AutoTopups1795695000001';

  async up(db: QueryRunner): Promise<void> {
    const ascii = 'CHARACTER SET ascii COLLATE ascii_bin';
    // One for each top-up that asked for it; the newest one with a token that was not revoked is a shop's.
    await db.query(`
      CREATE TABLE mandate (
        topup_id         BINARY(16) NOT NULL PRIMARY KEY,
        shop_id          BINARY(16) NOT NULL,
        customer_id      VARCHAR(64) ${ascii} NOT NULL,
        token_id         VARCHAR(64) ${ascii} NULL,
        max_amount_paise BIGINT NOT NULL,
        created_at       DATETIME(3) NOT NULL,
        revoked_at       DATETIME(3) NULL,
        KEY ix_mandate_shop (shop_id, topup_id),
        CONSTRAINT fk_mandate_topup FOREIGN KEY (topup_id) REFERENCES topup (id)
      ) ENGINE = InnoDB`);
    await db.query(`
      ALTER TABLE wallet_settings
        ADD COLUMN auto_below_paise  BIGINT NULL,
        ADD COLUMN auto_amount_paise BIGINT NULL,
        ADD COLUMN auto_stop_reason  VARCHAR(64) ${ascii} NULL,
        ADD COLUMN auto_topup_id     BINARY(16) NULL,
        ADD COLUMN auto_started_at   DATETIME(3) NULL,
        ADD CONSTRAINT ck_wallet_settings_auto CHECK ((auto_below_paise IS NULL) = (auto_amount_paise IS NULL))`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE wallet_settings
        DROP CONSTRAINT ck_wallet_settings_auto, DROP COLUMN auto_below_paise, DROP COLUMN auto_amount_paise,
        DROP COLUMN auto_stop_reason, DROP COLUMN auto_topup_id, DROP COLUMN auto_started_at`);
    await db.query('DROP TABLE mandate');
  }
}
