import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AskedAndDeleted1795750000000 implements MigrationInterface {
  readonly name = 'AskedAndDeleted1795750000000';

  async up(db: QueryRunner): Promise<void> {
    // What may have happened at the gateway, noted before it is asked; and what is known to be gone there.
    await db.query('ALTER TABLE topup ADD COLUMN charge_asked_at DATETIME(3) NULL');
    await db.query(`
      ALTER TABLE mandate
        ADD COLUMN token_deleted_at DATETIME(3) NULL,
        ADD KEY ix_mandate_deletion (token_deleted_at, revoked_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE mandate DROP KEY ix_mandate_deletion, DROP COLUMN token_deleted_at');
    await db.query('ALTER TABLE topup DROP COLUMN charge_asked_at');
  }
}
