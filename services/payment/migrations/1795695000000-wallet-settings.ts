import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WalletSettings1795695000000 implements MigrationInterface {
  readonly name = 'WalletSettings1795695000000';

  async up(db: QueryRunner): Promise<void> {
    // Beside the wallet, not in its row: that row is what all spending of a shop waits for.
    await db.query(`
      CREATE TABLE wallet_settings (
        shop_id           BINARY(16) NOT NULL PRIMARY KEY,
        alert_below_paise BIGINT NULL,
        is_low            TINYINT(1) NOT NULL DEFAULT 0,
        crossings         INT UNSIGNED NOT NULL DEFAULT 0,
        updated_at        DATETIME(3) NOT NULL,
        CONSTRAINT fk_wallet_settings FOREIGN KEY (shop_id) REFERENCES wallet (shop_id),
        CONSTRAINT ck_wallet_settings_alert CHECK (alert_below_paise > 0)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE wallet_settings');
  }
}
