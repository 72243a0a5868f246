import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SettlementImports1795790000000 implements MigrationInterface {
  readonly name = 'SettlementImports1795790000000';

  async up(db: QueryRunner): Promise<void> {
    // Reports that a person has handed in, and what came of them. What reconciliation fetches by itself is not here.
    await db.query(`
      CREATE TABLE settlement_import (
        id          BINARY(16) NOT NULL PRIMARY KEY,
        imported_by BINARY(16) NOT NULL,
        imported_at DATETIME(3) NOT NULL,
        line_count  INT NOT NULL,
        added       INT NOT NULL,
        differences INT NOT NULL
      ) ENGINE = InnoDB`);
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`
        CREATE TRIGGER settlement_import_no_${deed.toLowerCase()} BEFORE ${deed} ON settlement_import FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'who handed a report in is never changed'`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE settlement_import');
  }
}
