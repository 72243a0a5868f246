import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A launch that failed before its first claim leaves dispatches behind; the number tells the next launch so. */
export class LaunchNumbers1795600900000 implements MigrationInterface {
  readonly name = 'LaunchNumbers1795600900000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE dispatch ADD COLUMN launch_no INT UNSIGNED NOT NULL DEFAULT 1 AFTER channel');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE dispatch DROP COLUMN launch_no');
  }
}
