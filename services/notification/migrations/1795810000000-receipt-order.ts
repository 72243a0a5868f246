import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReceiptOrder1795810000000 implements MigrationInterface {
  readonly name = 'ReceiptOrder1795810000000';

  async up(db: QueryRunner): Promise<void> {
    // Deliveries of one campaign lie side by side; ids of messages are random, and each receipt cost two far places.
    await db.query(`
      ALTER TABLE receipt
        DROP PRIMARY KEY, DROP KEY ix_receipt_delivery,
        ADD PRIMARY KEY (delivery_id, status_rank, wamid)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE receipt
        DROP PRIMARY KEY, ADD PRIMARY KEY (wamid, status_rank),
        ADD KEY ix_receipt_delivery (delivery_id)`);
  }
}
