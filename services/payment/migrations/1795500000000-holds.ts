import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Holds1795500000000 implements MigrationInterface {
  readonly name = 'Holds1795500000000';

  async up(db: QueryRunner): Promise<void> {
    // A journal refers to what caused it by its key, and keys have up to 160 characters.
    await db.query(`
      ALTER TABLE journal
        MODIFY reference VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL`);
    // A refused or void key keeps its row without terms, so that it stays refused whatever comes later.
    await db.query(`
      CREATE TABLE hold (
        id                   BINARY(16) NOT NULL PRIMARY KEY,
        idempotency_key      VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash         BINARY(32) NULL,
        shop_id              BINARY(16) NOT NULL,
        state                ENUM('open', 'settled', 'refused', 'void') NOT NULL,
        \`lines\`              LONGTEXT CHARACTER SET utf8mb4 NULL,
        supply               LONGTEXT CHARACTER SET utf8mb4 NULL,
        amount_cash_paise    BIGINT NOT NULL DEFAULT 0,
        amount_promo_paise   BIGINT NOT NULL DEFAULT 0,
        captured_cash_paise  BIGINT NOT NULL DEFAULT 0,
        captured_promo_paise BIGINT NOT NULL DEFAULT 0,
        released_cash_paise  BIGINT NOT NULL DEFAULT 0,
        released_promo_paise BIGINT NOT NULL DEFAULT 0,
        captures             INT UNSIGNED NOT NULL DEFAULT 0,
        created_at           DATETIME(3) NOT NULL,
        UNIQUE KEY uq_hold_key (idempotency_key),
        KEY ix_hold_shop (shop_id, state),
        CONSTRAINT ck_hold_terms CHECK ((\`lines\` IS NULL) = (state IN ('refused', 'void'))),
        CONSTRAINT ck_hold_cash CHECK (captured_cash_paise >= 0 AND released_cash_paise >= 0
          AND captured_cash_paise + released_cash_paise <= amount_cash_paise),
        CONSTRAINT ck_hold_promo CHECK (captured_promo_paise >= 0 AND released_promo_paise >= 0
          AND captured_promo_paise + released_promo_paise <= amount_promo_paise)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE hold');
  }
}
