import { outboxTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Accounts1795400300000 implements MigrationInterface {
  readonly name = 'Accounts1795400300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(outboxTable);
    // The number itself is encrypted; equal numbers are found, and kept apart, by the keyed hash.
    await db.query(`
      CREATE TABLE account (
        id          BINARY(16) NOT NULL PRIMARY KEY,
        phone       VARBINARY(64) NOT NULL,
        phone_index BINARY(32) NOT NULL,
        blocked_at  DATETIME(3) NULL,
        created_at  DATETIME(3) NOT NULL,
        UNIQUE KEY uq_account_phone (phone_index)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE account_role (
        account_id BINARY(16) NOT NULL,
        role       VARCHAR(12) CHARACTER SET ascii NOT NULL,
        granted_at DATETIME(3) NOT NULL,
        PRIMARY KEY (account_id, role),
        CONSTRAINT ck_account_role CHECK (role IN ('customer', 'shopkeeper', 'admin'))
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE session (
        id             BINARY(16) NOT NULL PRIMARY KEY,
        user_id        BINARY(16) NOT NULL,
        audience       VARCHAR(12) CHARACTER SET ascii NOT NULL,
        role           VARCHAR(12) CHARACTER SET ascii NULL,
        counter        INT UNSIGNED NOT NULL,
        rotated_at     DATETIME(3) NOT NULL,
        created_at     DATETIME(3) NOT NULL,
        last_seen_at   DATETIME(3) NOT NULL,
        ended_at       DATETIME(3) NULL,
        end_reason     VARCHAR(24) CHARACTER SET ascii NULL,
        user_agent     VARCHAR(200) NOT NULL,
        client_address VARCHAR(45) CHARACTER SET ascii NOT NULL,
        KEY ix_session_user (user_id, created_at)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE audit_entry (
        id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        action         VARCHAR(32) CHARACTER SET ascii NOT NULL,
        at             DATETIME(3) NOT NULL,
        actor_id       BINARY(16) NULL,
        session_id     BINARY(16) NULL,
        subject        VARCHAR(64) NOT NULL,
        client_address VARCHAR(45) CHARACTER SET ascii NOT NULL,
        detail         VARCHAR(200) NOT NULL,
        KEY ix_audit_entry_subject (subject, at),
        KEY ix_audit_entry_actor (actor_id, at)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['audit_entry', 'session', 'account_role', 'account', 'outbox']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
