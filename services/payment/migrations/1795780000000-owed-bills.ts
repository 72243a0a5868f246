import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a shop's subscription waits for is looked up each time its wallet is. */
export class OwedBills1795780000000 implements MigrationInterface {
  readonly name = 'OwedBills1795780000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE subscription_bill ADD KEY ix_subscription_bill_owed (shop_id, charge_state)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE subscription_bill DROP KEY ix_subscription_bill_owed');
  }
}
