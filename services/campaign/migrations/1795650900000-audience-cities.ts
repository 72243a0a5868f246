import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Audiences that were written before cities and activity could be named mean: no city, however long ago. */
export class AudienceCities1795650900000 implements MigrationInterface {
  readonly name = 'AudienceCities1795650900000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      UPDATE campaign SET audience = JSON_SET(audience, '$.cities', JSON_ARRAY(), '$.activeWithinDays', 0)
       WHERE JSON_EXTRACT(audience, '$.cities') IS NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query("UPDATE campaign SET audience = JSON_REMOVE(audience, '$.cities', '$.activeWithinDays')");
  }
}
