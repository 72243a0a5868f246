import { commandTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Texts1795400000000 implements MigrationInterface {
  readonly name = 'Texts1795400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(commandTable);
    await db.query(`
      CREATE TABLE generated_text (
        id            BINARY(16) NOT NULL PRIMARY KEY,
        shop_id       BINARY(16) NOT NULL,
        offer_id      BINARY(16) NOT NULL,
        whatsapp_body TEXT NOT NULL,
        title         VARCHAR(255) NOT NULL,
        body          VARCHAR(1000) NOT NULL,
        source        VARCHAR(12) CHARACTER SET ascii NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        KEY ix_generated_text_shop (shop_id, created_at, id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE model_call (
        id                  BINARY(16) NOT NULL PRIMARY KEY,
        shop_id             BINARY(16) NOT NULL,
        model               VARCHAR(80) CHARACTER SET ascii NOT NULL,
        provider_request_id VARCHAR(120) CHARACTER SET ascii NOT NULL,
        input_tokens        INT UNSIGNED NOT NULL,
        output_tokens       INT UNSIGNED NOT NULL,
        outcome             VARCHAR(200) NOT NULL,
        created_at          DATETIME(3) NOT NULL,
        KEY ix_model_call_shop (shop_id, created_at)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['model_call', 'generated_text', 'command']) await db.query(`DROP TABLE ${table}`);
  }
}
