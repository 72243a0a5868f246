import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SigningKeys1795400400000 implements MigrationInterface {
  readonly name = 'SigningKeys1795400400000';

  async up(db: QueryRunner): Promise<void> {
    // `signs` is 1 for the current key and NULL for all others, so that there can be only one.
    await db.query(`
      CREATE TABLE signing_key (
        id          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        state       VARCHAR(12) CHARACTER SET ascii NOT NULL,
        signs       TINYINT UNSIGNED NULL,
        public_jwk  VARCHAR(1000) CHARACTER SET ascii NOT NULL,
        private_jwk VARBINARY(1000) NOT NULL,
        created_at  DATETIME(3) NOT NULL,
        promoted_at DATETIME(3) NULL,
        retired_at  DATETIME(3) NULL,
        UNIQUE KEY uq_signing_key_signs (signs),
        CONSTRAINT ck_signing_key_state CHECK (state IN ('next', 'current', 'previous')),
        CONSTRAINT ck_signing_key_signs CHECK ((state = 'current') = (signs IS NOT NULL))
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE signing_key');
  }
}
