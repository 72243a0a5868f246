import { commandTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Offers1795400000000 implements MigrationInterface {
  readonly name = 'Offers1795400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(commandTable);
    await db.query(`
      CREATE TABLE offer (
        id             BINARY(16) NOT NULL PRIMARY KEY,
        shop_id        BINARY(16) NOT NULL,
        owner_id       BINARY(16) NOT NULL,
        title          VARCHAR(120) NOT NULL,
        description    VARCHAR(2000) NOT NULL,
        category       VARCHAR(60) NOT NULL,
        percent        TINYINT UNSIGNED NULL,
        amount_paise   BIGINT NULL,
        cap_paise      BIGINT NOT NULL,
        min_bill_paise BIGINT NOT NULL,
        start_at       DATETIME(3) NULL,
        end_at         DATETIME(3) NOT NULL,
        pincode        CHAR(6) CHARACTER SET ascii NOT NULL,
        state          VARCHAR(12) CHARACTER SET ascii NOT NULL,
        created_at     DATETIME(3) NOT NULL,
        updated_at     DATETIME(3) NOT NULL,
        version        BIGINT NOT NULL,
        KEY ix_offer_shop (shop_id, created_at, id),
        KEY ix_offer_pincode (pincode, state, end_at, category),
        CONSTRAINT ck_offer_discount CHECK ((percent IS NULL) <> (amount_paise IS NULL)),
        CONSTRAINT ck_offer_state CHECK (state IN ('draft', 'active', 'paused', 'suspended'))
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE offer');
    await db.query('DROP TABLE command');
  }
}
