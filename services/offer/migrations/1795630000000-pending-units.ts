import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PendingUnits1795630000000 implements MigrationInterface {
  readonly name = 'PendingUnits1795630000000';

  async up(db: QueryRunner): Promise<void> {
    // Units of a shop's packs between payment and here: without a row, a unit is used exactly when its offer exists.
    await db.query(`
      CREATE TABLE pending_unit (
        offer_id   BINARY(16) NOT NULL PRIMARY KEY,
        shop_id    BINARY(16) NOT NULL,
        request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
        state      VARCHAR(12) CHARACTER SET ascii NOT NULL,
        created_at DATETIME(3) NOT NULL,
        UNIQUE KEY uq_pending_unit_request (shop_id, request_id),
        KEY ix_pending_unit_created (created_at),
        CONSTRAINT ck_pending_unit_state CHECK (state IN ('reserving', 'returning'))
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE pending_unit');
  }
}
