import { webhookEventTable } from '@doffers/webhooks';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Receipts1795400000001 implements MigrationInterface {
  readonly name = 'Receipts1795400000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(webhookEventTable);
    // A row is never changed, so a message's status can only rise: it is the highest rank among its rows.
    await db.query(`
      CREATE TABLE receipt (
        wamid       VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        status_rank TINYINT UNSIGNED NOT NULL,
        delivery_id VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        error_code  INT UNSIGNED NULL,
        occurred_at DATETIME(3) NOT NULL,
        received_at DATETIME(3) NOT NULL,
        PRIMARY KEY (wamid, status_rank),
        KEY ix_receipt_delivery (delivery_id)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['receipt', 'webhook_event']) await db.query(`DROP TABLE ${table}`);
  }
}
