import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NearbyIndex1795630100000 implements MigrationInterface {
  readonly name = 'NearbyIndex1795630100000';

  async up(db: QueryRunner): Promise<void> {
    // Near-me searches are answered from this index alone, in its order; the id is named because the order needs it.
    await db.query(`
      ALTER TABLE offer
        ADD KEY ix_offer_nearby (pincode, state, end_at, id, category, start_at),
        DROP KEY ix_offer_pincode`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE offer
        ADD KEY ix_offer_pincode (pincode, state, end_at, category),
        DROP KEY ix_offer_nearby`);
  }
}
