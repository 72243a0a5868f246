import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Subscriptions1795680000001 implements MigrationInterface {
  readonly name = 'Subscriptions1795680000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE plan (
        id           VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        name         VARCHAR(60) CHARACTER SET utf8mb4 NOT NULL,
        price_paise  BIGINT NOT NULL,
        offers       INT NOT NULL,
        messages     LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        trial_days   INT NOT NULL,
        carries_over TINYINT(1) NOT NULL DEFAULT 0,
        on_sale      TINYINT(1) NOT NULL DEFAULT 1,
        CONSTRAINT ck_plan CHECK (price_paise > 0 AND offers >= 0 AND trial_days >= 0)
      ) ENGINE = InnoDB`);
    await db.query(`
      INSERT INTO plan (id, name, price_paise, offers, messages, trial_days, carries_over) VALUES
        ('starter', 'Starter', 49900, 10, '{"whatsapp":100,"push":500,"in_app":1000}', 14, 0),
        ('growth', 'Growth', 149900, 30, '{"whatsapp":500,"push":2500,"in_app":5000}', 14, 0),
        ('business', 'Business', 399900, 100, '{"whatsapp":2000,"push":10000,"in_app":20000}', 0, 1)`);
    // A shop has one subscription that lives: live_shop_id is its shop until it ends.
    await db.query(`
      CREATE TABLE subscription (
        id             BINARY(16) NOT NULL PRIMARY KEY,
        shop_id        BINARY(16) NOT NULL,
        live_shop_id   BINARY(16) NULL,
        buyer_id       BINARY(16) NOT NULL,
        request_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_hash   BINARY(32) NOT NULL,
        status         VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        plan           LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        next_plan      LONGTEXT CHARACTER SET utf8mb4 NULL,
        period_no      INT NOT NULL,
        period_start   DATETIME(3) NOT NULL,
        period_end     DATETIME(3) NOT NULL,
        anchor         DATETIME(3) NOT NULL,
        anchor_no      INT NOT NULL,
        cancels_at_end TINYINT(1) NOT NULL,
        reason         VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at     DATETIME(3) NOT NULL,
        UNIQUE KEY uq_subscription_request (shop_id, request_id),
        UNIQUE KEY uq_subscription_live (live_shop_id),
        KEY ix_subscription_due (status, period_end)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE subscription_bill (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        bill_key        VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        subscription_id BINARY(16) NOT NULL,
        shop_id         BINARY(16) NOT NULL,
        kind            ENUM('trial', 'renewal', 'upgrade') NOT NULL,
        period_no       INT NOT NULL,
        period_start    DATETIME(3) NOT NULL,
        period_end      DATETIME(3) NOT NULL,
        plan            LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        description     VARCHAR(160) CHARACTER SET utf8mb4 NOT NULL,
        price_paise     BIGINT NOT NULL,
        offers          INT NOT NULL,
        messages        LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        supply          LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        total_paise     BIGINT NOT NULL,
        charge_state    ENUM('none', 'charged', 'refunded', 'void') NOT NULL,
        refused_tries   INT NOT NULL,
        last_try_at     DATETIME(3) NULL,
        refusal         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
        grant_state     ENUM('none', 'granted', 'revoked', 'void') NOT NULL,
        active          TINYINT(1) NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        UNIQUE KEY uq_subscription_bill (bill_key),
        KEY ix_subscription_bill (subscription_id, period_no),
        CONSTRAINT fk_subscription_bill FOREIGN KEY (subscription_id) REFERENCES subscription (id)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['subscription_bill', 'subscription', 'plan']) await db.query(`DROP TABLE ${table}`);
  }
}
