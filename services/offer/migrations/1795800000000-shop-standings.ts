import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ShopStandings1795800000000 implements MigrationInterface {
  readonly name = 'ShopStandings1795800000000';

  async up(db: QueryRunner): Promise<void> {
    // The last decision about each shop that was told: what it says of the shop's offers. A shop without a row is as its
    // user service says.
    await db.query(`
      CREATE TABLE shop_standing (
        shop_id     BINARY(16) NOT NULL PRIMARY KEY,
        decision_no BIGINT NOT NULL,
        approved    TINYINT(1) NOT NULL
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE shop_standing');
  }
}
