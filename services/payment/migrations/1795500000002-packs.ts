import { outboxTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Packs1795500000002 implements MigrationInterface {
  readonly name = 'Packs1795500000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE pack (
        id          VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        name        VARCHAR(60) CHARACTER SET utf8mb4 NOT NULL,
        offers      INT NOT NULL,
        price_paise BIGINT NOT NULL,
        valid_days  INT NOT NULL,
        on_sale     TINYINT(1) NOT NULL DEFAULT 1,
        CONSTRAINT ck_pack CHECK (offers > 0 AND price_paise > 0 AND valid_days > 0)
      ) ENGINE = InnoDB`);
    await db.query(`
      INSERT INTO pack (id, name, offers, price_paise, valid_days) VALUES
        ('offers-5', 'Starter pack', 5, 49900, 90),
        ('offers-10', 'Growth pack', 10, 89900, 180),
        ('offers-25', 'Business pack', 25, 199900, 365)`);
    // The pack as it was sold, and how far the purchase got: each step and its undo leave their mark for good.
    await db.query(`
      CREATE TABLE pack_purchase (
        id           BINARY(16) NOT NULL PRIMARY KEY,
        shop_id      BINARY(16) NOT NULL,
        buyer_id     BINARY(16) NOT NULL,
        request_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash BINARY(32) NOT NULL,
        pack         LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        supply       LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        total_paise  BIGINT NOT NULL,
        charge_state ENUM('none', 'charged', 'refused', 'refunded', 'void') NOT NULL,
        grant_state  ENUM('none', 'granted', 'revoked', 'void') NOT NULL,
        created_at   DATETIME(3) NOT NULL,
        UNIQUE KEY uq_pack_purchase_request (shop_id, request_id)
      ) ENGINE = InnoDB`);
    // One row for each pack, and one for the free allowance, whose id is the shop's own.
    await db.query(`
      CREATE TABLE entitlement (
        id         BINARY(16) NOT NULL PRIMARY KEY,
        shop_id    BINARY(16) NOT NULL,
        offers     INT NOT NULL,
        used       INT NOT NULL DEFAULT 0,
        expires_at DATETIME(3) NOT NULL,
        revoked    TINYINT(1) NOT NULL DEFAULT 0,
        KEY ix_entitlement_shop (shop_id, expires_at, id),
        CONSTRAINT ck_entitlement_used CHECK (0 <= used AND used <= offers)
      ) ENGINE = InnoDB`);
    // Which unit an offer uses; without an entitlement it was given back before it was used.
    await db.query(`
      CREATE TABLE offer_unit (
        offer_id       BINARY(16) NOT NULL PRIMARY KEY,
        shop_id        BINARY(16) NOT NULL,
        entitlement_id BINARY(16) NULL,
        state          ENUM('used', 'returned') NOT NULL,
        CONSTRAINT fk_offer_unit FOREIGN KEY (entitlement_id) REFERENCES entitlement (id)
      ) ENGINE = InnoDB`);
    await db.query(outboxTable);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['outbox', 'offer_unit', 'entitlement', 'pack_purchase', 'pack']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
