import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Audiences1795400300000 implements MigrationInterface {
  readonly name = 'Audiences1795400300000';

  async up(db: QueryRunner): Promise<void> {
    // `number` orders customers for freezing in ranges. Everything a segment and the standing gates ask is in one index,
    // so an estimate and a freeze never touch the rows themselves.
    await db.query(`
      CREATE TABLE customer (
        number                     BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        id                         BINARY(16) NOT NULL,
        pin                        MEDIUMINT UNSIGNED NOT NULL,
        last_active_on             DATE NOT NULL,
        account                    TINYINT UNSIGNED NOT NULL DEFAULT 0,
        whatsapp_consent           TINYINT UNSIGNED NOT NULL DEFAULT 0,
        push_consent               TINYINT UNSIGNED NOT NULL DEFAULT 0,
        in_app_consent             TINYINT UNSIGNED NOT NULL DEFAULT 0,
        phones                     TINYINT UNSIGNED NOT NULL DEFAULT 0,
        devices                    TINYINT UNSIGNED NOT NULL DEFAULT 0,
        whatsapp_unreachable_until DATE NOT NULL DEFAULT '1970-01-01',
        push_unreachable_until     DATE NOT NULL DEFAULT '1970-01-01',
        created_at                 DATETIME(3) NOT NULL,
        UNIQUE KEY ux_customer_id (id),
        KEY ix_customer_segment (
          pin, number, last_active_on, account, whatsapp_consent, push_consent, in_app_consent, phones, devices,
          whatsapp_unreachable_until, push_unreachable_until
        ),
        CONSTRAINT ck_customer_account CHECK (account IN (0, 1)),
        CONSTRAINT ck_customer_consents CHECK (whatsapp_consent <= 2 AND push_consent <= 2 AND in_app_consent <= 2)
      ) ENGINE = InnoDB`);
    // The number a customer is reached by; the column is encrypted, the index a keyed hash.
    await db.query(`
      CREATE TABLE contact_point (
        customer_number BIGINT UNSIGNED NOT NULL PRIMARY KEY,
        phone           VARBINARY(80) NOT NULL,
        phone_index     BINARY(32) NOT NULL,
        UNIQUE KEY ux_contact_point_phone (phone_index)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE device (
        customer_number BIGINT UNSIGNED NOT NULL,
        id              BINARY(16) NOT NULL,
        token           VARBINARY(4200) NOT NULL,
        token_index     BINARY(32) NOT NULL,
        platform        TINYINT UNSIGNED NOT NULL,
        last_seen_at    DATETIME(3) NOT NULL,
        PRIMARY KEY (customer_number, id),
        UNIQUE KEY ux_device_token (token_index)
      ) ENGINE = InnoDB`);
    // Who allowed or forbade what, when, and by which notice: rows are only ever added.
    await db.query(`
      CREATE TABLE consent_ledger (
        id              BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        customer_number BIGINT UNSIGNED NOT NULL,
        channel         TINYINT UNSIGNED NOT NULL,
        granted         BOOLEAN NOT NULL,
        source          VARCHAR(12) CHARACTER SET ascii NOT NULL,
        notice          VARCHAR(60) NOT NULL,
        decided_at      DATETIME(3) NOT NULL,
        KEY ix_consent_ledger_customer (customer_number, channel, id),
        CONSTRAINT ck_consent_ledger_source CHECK (source IN ('customer', 'provider'))
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE audience (
        id             BINARY(16) NOT NULL PRIMARY KEY,
        request_hash   BINARY(32) NOT NULL,
        segment        LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        -- What the freeze began with; a repeat goes on with the same.
        frozen_on      DATE NOT NULL,
        last_number    BIGINT UNSIGNED NOT NULL,
        -- How far it has come.
        next_number    BIGINT UNSIGNED NOT NULL,
        counts         LONGTEXT CHARACTER SET ascii NOT NULL,
        state          VARCHAR(8) CHARACTER SET ascii NOT NULL,
        expires_at     DATETIME(3) NOT NULL,
        created_at     DATETIME(3) NOT NULL,
        KEY ix_audience_expiry (state, expires_at),
        CONSTRAINT ck_audience_state CHECK (state IN ('freezing', 'frozen', 'kept', 'deleting'))
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE audience_member (
        audience_id     BINARY(16) NOT NULL,
        channel         TINYINT UNSIGNED NOT NULL,
        seq             INT UNSIGNED NOT NULL,
        customer_number BIGINT UNSIGNED NOT NULL,
        PRIMARY KEY (audience_id, channel, seq)
      ) ENGINE = InnoDB`);
    // Promotional messages by customer and day (IST), for the frequency cap.
    await db.query(`
      CREATE TABLE customer_reach (
        channel         TINYINT UNSIGNED NOT NULL,
        customer_number BIGINT UNSIGNED NOT NULL,
        reached_on      DATE NOT NULL,
        messages        SMALLINT UNSIGNED NOT NULL,
        last_at         DATETIME(3) NOT NULL,
        PRIMARY KEY (channel, customer_number, reached_on)
      ) ENGINE = InnoDB`);
    // Which members of a group were counted already, one bit each, so that a report may come twice.
    await db.query(`
      CREATE TABLE recorded_reach (
        audience_id BINARY(16) NOT NULL,
        channel     TINYINT UNSIGNED NOT NULL,
        first_seq   INT UNSIGNED NOT NULL,
        reached     VARBINARY(128) NOT NULL,
        PRIMARY KEY (audience_id, channel, first_seq)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    const tables = ['recorded_reach', 'customer_reach', 'audience_member', 'audience', 'consent_ledger', 'device'];
    for (const table of [...tables, 'contact_point', 'customer']) await db.query(`DROP TABLE ${table}`);
  }
}
