import { commandTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Campaigns1795400000000 implements MigrationInterface {
  readonly name = 'Campaigns1795400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(commandTable);
    await db.query(`
      CREATE TABLE campaign (
        id         BINARY(16) NOT NULL PRIMARY KEY,
        shop_id    BINARY(16) NOT NULL,
        owner_id   BINARY(16) NOT NULL,
        offer_id   BINARY(16) NOT NULL,
        name       VARCHAR(120) NOT NULL,
        channels   JSON NOT NULL,
        content    JSON NOT NULL,
        audience   JSON NOT NULL,
        state      VARCHAR(12) CHARACTER SET ascii NOT NULL,
        created_at DATETIME(3) NOT NULL,
        updated_at DATETIME(3) NOT NULL,
        version    BIGINT NOT NULL,
        KEY ix_campaign_shop (shop_id, created_at, id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE campaign');
    await db.query('DROP TABLE command');
  }
}
