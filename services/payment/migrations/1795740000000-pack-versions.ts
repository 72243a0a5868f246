import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PackVersions1795740000000 implements MigrationInterface {
  readonly name = 'PackVersions1795740000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE pack ADD COLUMN version INT NOT NULL DEFAULT 1');
    // What admins made of a pack, version by version, for good: `pack` is the latest of each.
    await db.query(`
      CREATE TABLE pack_version (
        pack_id     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        version     INT NOT NULL,
        name        VARCHAR(60) CHARACTER SET utf8mb4 NOT NULL,
        offers      INT NOT NULL,
        messages    LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
        price_paise BIGINT NOT NULL,
        valid_days  INT NOT NULL,
        on_sale     TINYINT(1) NOT NULL,
        actor_id    BINARY(16) NULL,
        created_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (pack_id, version),
        CONSTRAINT fk_pack_version FOREIGN KEY (pack_id) REFERENCES pack (id)
      ) ENGINE = InnoDB`);
    await db.query(`
      INSERT INTO pack_version (pack_id, version, name, offers, messages, price_paise, valid_days, on_sale, created_at)
      SELECT id, 1, name, offers, messages, price_paise, valid_days, on_sale, UTC_TIMESTAMP(3) FROM pack`);
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`
        CREATE TRIGGER pack_version_no_${deed.toLowerCase()} BEFORE ${deed} ON pack_version FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a version of a pack is final: make the next one'`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE pack_version');
    await db.query('ALTER TABLE pack DROP COLUMN version');
  }
}
