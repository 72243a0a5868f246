import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a shop's subscription waits for is looked up each time its wallet is; what was paid for nothing, every hour. */
export class OwedBills1795780000000 implements MigrationInterface {
  readonly name = 'OwedBills1795780000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE subscription_bill ADD KEY ix_subscription_bill_owed (shop_id, charge_state)');
    await db.query('ALTER TABLE subscription_bill ADD KEY ix_subscription_bill_active (active, charge_state)');
    await db.query('ALTER TABLE pack_purchase ADD KEY ix_pack_purchase_state (charge_state, grant_state)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE pack_purchase DROP KEY ix_pack_purchase_state');
    await db.query('ALTER TABLE subscription_bill DROP KEY ix_subscription_bill_active');
    await db.query('ALTER TABLE subscription_bill DROP KEY ix_subscription_bill_owed');
  }
}
