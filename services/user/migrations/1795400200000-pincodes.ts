import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Pincodes1795400200000 implements MigrationInterface {
  readonly name = 'Pincodes1795400200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE directory_version (
        id         INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        origin     VARCHAR(12) CHARACTER SET ascii NOT NULL,
        sha256     BINARY(32) NOT NULL,
        recipe     INT UNSIGNED NOT NULL,
        pincodes   INT UNSIGNED NOT NULL,
        created_at DATETIME(3) NOT NULL,
        CONSTRAINT ck_directory_version_origin CHECK (origin IN ('built-in', 'import'))
      ) ENGINE = InnoDB`);
    // One row at most: the version that is read. Replacing it is the switch.
    await db.query(`
      CREATE TABLE active_directory (
        only_row   TINYINT UNSIGNED NOT NULL PRIMARY KEY,
        version_id INT UNSIGNED NOT NULL,
        CONSTRAINT ck_active_directory_one CHECK (only_row = 1)
      ) ENGINE = InnoDB`);
    // Places are found by their beginning, however they are typed: hence the collation.
    await db.query(`
      CREATE TABLE pincode (
        version_id INT UNSIGNED NOT NULL,
        pincode    MEDIUMINT UNSIGNED NOT NULL,
        district   VARCHAR(64) NOT NULL,
        state      VARCHAR(64) NOT NULL,
        latitude   DECIMAL(8, 6) NULL,
        longitude  DECIMAL(9, 6) NULL,
        confidence VARCHAR(12) CHARACTER SET ascii NOT NULL,
        PRIMARY KEY (version_id, pincode),
        KEY ix_pincode_district (version_id, district)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
    await db.query(`
      CREATE TABLE pincode_area (
        version_id INT UNSIGNED NOT NULL,
        pincode    MEDIUMINT UNSIGNED NOT NULL,
        seq        SMALLINT UNSIGNED NOT NULL,
        name       VARCHAR(64) NOT NULL,
        district   VARCHAR(64) NOT NULL,
        state      VARCHAR(64) NOT NULL,
        delivers   BOOLEAN NOT NULL,
        PRIMARY KEY (version_id, pincode, seq),
        KEY ix_pincode_area_name (version_id, name)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['pincode_area', 'pincode', 'active_directory', 'directory_version']) {
      await db.query(`DROP TABLE ${table}`);
    }
  }
}
