import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SigningKeyLock1795400500000 implements MigrationInterface {
  readonly name = 'SigningKeyLock1795400500000';

  async up(db: QueryRunner): Promise<void> {
    // The one row that every change of the keys queues for: locking the keys themselves would miss those being added.
    await db.query(`
      CREATE TABLE signing_key_lock (
        only_row TINYINT UNSIGNED NOT NULL PRIMARY KEY,
        CONSTRAINT ck_signing_key_lock_one CHECK (only_row = 1)
      ) ENGINE = InnoDB`);
    await db.query('INSERT INTO signing_key_lock (only_row) VALUES (1)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE signing_key_lock');
  }
}
