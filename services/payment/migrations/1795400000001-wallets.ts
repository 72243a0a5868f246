import { webhookEventTable } from '@doffers/webhooks';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Wallets1795400000001 implements MigrationInterface {
  readonly name = 'Wallets1795400000001';

  async up(db: QueryRunner): Promise<void> {
    // The only balance that is ever changed in place; the checks stand behind every conditional update.
    await db.query(`
      CREATE TABLE wallet (
        shop_id            BINARY(16) NOT NULL PRIMARY KEY,
        posted_cash_paise  BIGINT NOT NULL DEFAULT 0,
        posted_promo_paise BIGINT NOT NULL DEFAULT 0,
        held_cash_paise    BIGINT NOT NULL DEFAULT 0,
        held_promo_paise   BIGINT NOT NULL DEFAULT 0,
        updated_at         DATETIME(3) NULL,
        CONSTRAINT ck_wallet_cash CHECK (0 <= held_cash_paise AND held_cash_paise <= posted_cash_paise),
        CONSTRAINT ck_wallet_promo CHECK (0 <= held_promo_paise AND held_promo_paise <= posted_promo_paise)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE topup (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        shop_id         BINARY(16) NOT NULL,
        request_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash    BINARY(32) NOT NULL,
        amount_paise    BIGINT NOT NULL,
        place_of_supply CHAR(2) CHARACTER SET ascii NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        expires_at      DATETIME(3) NOT NULL,
        order_id        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        payment_id      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        credited_at     DATETIME(3) NULL,
        UNIQUE KEY uq_topup_request (shop_id, request_id),
        UNIQUE KEY uq_topup_order (order_id),
        UNIQUE KEY uq_topup_payment (payment_id),
        CONSTRAINT fk_topup_wallet FOREIGN KEY (shop_id) REFERENCES wallet (shop_id),
        CONSTRAINT ck_topup_amount CHECK (amount_paise > 0),
        CONSTRAINT ck_topup_payment CHECK ((payment_id IS NULL) = (credited_at IS NULL))
      ) ENGINE = InnoDB`);
    // What the books and the outside disagree about, once for each payment; a person resolves it.
    await db.query(`
      CREATE TABLE recon_break (
        id         BINARY(16) NOT NULL PRIMARY KEY,
        kind       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        reference  VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        details    LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        found_at   DATETIME(3) NOT NULL,
        UNIQUE KEY uq_recon_break (kind, reference)
      ) ENGINE = InnoDB`);
    await db.query(webhookEventTable);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['webhook_event', 'recon_break', 'topup', 'wallet']) await db.query(`DROP TABLE ${table}`);
  }
}
