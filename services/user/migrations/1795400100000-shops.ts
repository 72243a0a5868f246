import { commandTable, outboxTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Shops1795400100000 implements MigrationInterface {
  readonly name = 'Shops1795400100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(commandTable);
    await db.query(outboxTable);
    await db.query(`
      CREATE TABLE profile (
        user_id    BINARY(16) NOT NULL PRIMARY KEY,
        name       VARCHAR(120) NOT NULL,
        pincode    VARCHAR(6) CHARACTER SET ascii NOT NULL,
        city       VARCHAR(80) NOT NULL,
        state      VARCHAR(80) NOT NULL,
        address    VARCHAR(300) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        updated_at DATETIME(3) NOT NULL,
        version    BIGINT NOT NULL
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE shop (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        owner_id        BINARY(16) NOT NULL,
        name            VARCHAR(120) NOT NULL,
        category        VARCHAR(60) NOT NULL,
        description     VARCHAR(2000) NOT NULL,
        address         VARCHAR(300) NOT NULL,
        pincode         CHAR(6) CHARACTER SET ascii NOT NULL,
        city            VARCHAR(80) NOT NULL,
        state           VARCHAR(80) NOT NULL,
        gstin           VARCHAR(15) CHARACTER SET ascii NOT NULL,
        approval        VARCHAR(12) CHARACTER SET ascii NOT NULL,
        approval_reason VARCHAR(300) NOT NULL,
        decisions       INT UNSIGNED NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        updated_at      DATETIME(3) NOT NULL,
        version         BIGINT NOT NULL,
        KEY ix_shop_owner (owner_id, created_at, id),
        KEY ix_shop_approval (approval, created_at, id),
        KEY ix_shop_created (created_at, id),
        CONSTRAINT ck_shop_approval CHECK (approval IN ('pending', 'approved', 'rejected', 'suspended'))
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    // Who decided what, for ever: rows are only ever added.
    await db.query(`
      CREATE TABLE shop_decision (
        shop_id    BINARY(16) NOT NULL,
        version    INT UNSIGNED NOT NULL,
        decision   VARCHAR(12) CHARACTER SET ascii NOT NULL,
        reason     VARCHAR(300) NOT NULL,
        decided_by BINARY(16) NOT NULL,
        decided_at DATETIME(3) NOT NULL,
        PRIMARY KEY (shop_id, version)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['shop_decision', 'shop', 'profile', 'outbox', 'command']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
