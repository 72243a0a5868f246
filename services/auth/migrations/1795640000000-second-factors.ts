import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SecondFactors1795640000000 implements MigrationInterface {
  readonly name = 'SecondFactors1795640000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE second_factor (
        account_id     BINARY(16) NOT NULL PRIMARY KEY,
        secret         VARBINARY(128) NULL,
        pending_secret VARBINARY(128) NULL,
        last_step      BIGINT NOT NULL,
        failures       INT UNSIGNED NOT NULL,
        locked_until   DATETIME(3) NULL,
        updated_at     DATETIME(3) NOT NULL
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE recovery_code (
        account_id BINARY(16) NOT NULL,
        code_hash  BINARY(32) NOT NULL,
        PRIMARY KEY (account_id, code_hash)
      ) ENGINE = InnoDB`);
    // When this login was last confirmed with the second factor.
    await db.query('ALTER TABLE session ADD COLUMN second_factor_at DATETIME(3) NULL');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE session DROP COLUMN second_factor_at');
    await db.query('DROP TABLE recovery_code');
    await db.query('DROP TABLE second_factor');
  }
}
