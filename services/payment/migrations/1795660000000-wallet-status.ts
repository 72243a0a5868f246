import { commandTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WalletStatus1795660000000 implements MigrationInterface {
  readonly name = 'WalletStatus1795660000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(commandTable);
    // Two marks, because they are set and taken away by different people for different reasons: an admin who ends a
    // freeze must not end what reconciliation has found as well.
    await db.query(`
      ALTER TABLE wallet
        ADD COLUMN frozen TINYINT(1) NOT NULL DEFAULT 0,
        ADD COLUMN parked TINYINT(1) NOT NULL DEFAULT 0`);
    await db.query(`
      CREATE TABLE wallet_status_change (
        id         BINARY(16) NOT NULL PRIMARY KEY,
        shop_id    BINARY(16) NOT NULL,
        deed       ENUM('freeze', 'unfreeze', 'park', 'unpark') NOT NULL,
        reason     VARCHAR(500) CHARACTER SET utf8mb4 NOT NULL,
        actor_id   BINARY(16) NULL,
        created_at DATETIME(3) NOT NULL,
        KEY ix_wallet_status_change_shop (shop_id, created_at, id)
      ) ENGINE = InnoDB`);
    // Why a key was refused is part of its outcome, which never changes.
    const refusal = 'refusal VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL';
    for (const table of ['hold', 'pack_purchase']) await db.query(`ALTER TABLE ${table} ADD COLUMN ${refusal}`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['hold', 'pack_purchase']) await db.query(`ALTER TABLE ${table} DROP COLUMN refusal`);
    await db.query('DROP TABLE wallet_status_change');
    await db.query('ALTER TABLE wallet DROP COLUMN frozen, DROP COLUMN parked');
    await db.query('DROP TABLE command');
  }
}
