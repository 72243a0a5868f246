import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Reconciliation1795740000001 implements MigrationInterface {
  readonly name = 'Reconciliation1795740000001';

  async up(db: QueryRunner): Promise<void> {
    // A break stays open until a person resolves it; one that is seen again afterwards is opened again.
    await db.query(`
      ALTER TABLE recon_break
        MODIFY reference VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        ADD COLUMN shop_id BINARY(16) NULL AFTER reference,
        ADD COLUMN resolved_at DATETIME(3) NULL,
        ADD COLUMN resolved_by BINARY(16) NULL,
        ADD COLUMN note VARCHAR(500) CHARACTER SET utf8mb4 NULL,
        ADD KEY ix_recon_break_found (resolved_at, found_at, id),
        ADD KEY ix_recon_break_shop (shop_id, resolved_at)`);
    await db.query(`
      CREATE TABLE recon_run (
        id         BINARY(16) NOT NULL PRIMARY KEY,
        started_at DATETIME(3) NOT NULL,
        ended_at   DATETIME(3) NOT NULL,
        checks     LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        KEY ix_recon_run_started (started_at)
      ) ENGINE = InnoDB`);
    // Where a check goes on: behind what it examined when its time ran out, or behind what can never change.
    await db.query(`
      CREATE TABLE recon_progress (
        check_id VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        position VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
      ) ENGINE = InnoDB`);
    // A closed hold is compared once with its invoice and its deliveries: none of them changes afterwards.
    await db.query(`
      ALTER TABLE hold
        ADD COLUMN reconciled TINYINT(1) NOT NULL DEFAULT 0,
        ADD KEY ix_hold_reconciled (state, reconciled, id)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE hold DROP KEY ix_hold_reconciled, DROP COLUMN reconciled');
    for (const table of ['recon_progress', 'recon_run']) await db.query(`DROP TABLE ${table}`);
    await db.query(`
      ALTER TABLE recon_break DROP KEY ix_recon_break_shop, DROP KEY ix_recon_break_found,
        DROP COLUMN note, DROP COLUMN resolved_by, DROP COLUMN resolved_at, DROP COLUMN shop_id`);
  }
}
