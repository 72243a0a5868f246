import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Refunds1795680000000 implements MigrationInterface {
  readonly name = 'Refunds1795680000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE topup ADD COLUMN last_failure VARCHAR(64) CHARACTER SET ascii NULL AFTER expires_at');
    await db.query('ALTER TABLE topup ADD KEY ix_topup_shop (shop_id, expires_at)');
    // Money on its way back to where it came from; one source is refunded once.
    await db.query(`
      CREATE TABLE refund (
        id                BINARY(16) NOT NULL PRIMARY KEY,
        source            VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash      BINARY(32) NOT NULL,
        shop_id           BINARY(16) NULL,
        topup_id          BINARY(16) NULL,
        payment_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        purpose           VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        amount_paise      BIGINT NOT NULL,
        cgst_paise        BIGINT NOT NULL,
        sgst_paise        BIGINT NOT NULL,
        igst_paise        BIGINT NOT NULL,
        state             ENUM('requested', 'processed', 'failed') NOT NULL,
        attempt           INT NOT NULL,
        gateway_refund_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        requested_at      DATETIME(3) NOT NULL,
        settled_at        DATETIME(3) NULL,
        UNIQUE KEY uq_refund_source (source),
        KEY ix_refund_shop (shop_id, id),
        KEY ix_refund_topup (topup_id),
        CONSTRAINT ck_refund_amount CHECK (amount_paise > 0 AND attempt > 0)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE refund');
    await db.query('ALTER TABLE topup DROP KEY ix_topup_shop, DROP COLUMN last_failure');
  }
}
