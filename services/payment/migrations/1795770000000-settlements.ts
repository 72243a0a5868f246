import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the gateway has paid to the bank, line by line as it reports it. */
export class Settlements1795770000000 implements MigrationInterface {
  readonly name = 'Settlements1795770000000';

  async up(db: QueryRunner): Promise<void> {
    const id = 'VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL';
    await db.query(`
      CREATE TABLE settlement_line (
        entity_id     ${id},
        settlement_id ${id},
        type          ${id},
        amount_paise  BIGINT NOT NULL,
        fee_paise     BIGINT NOT NULL,
        imported_at   DATETIME(3) NOT NULL,
        PRIMARY KEY (entity_id, settlement_id, type)
      ) ENGINE = InnoDB`);
    await db.query('ALTER TABLE topup ADD KEY ix_topup_credited (credited_at)');
    await db.query(
      'ALTER TABLE refund ADD KEY ix_refund_payment (payment_id), ADD KEY ix_refund_gateway (gateway_refund_id)',
    );
    await db.query('ALTER TABLE recon_break ADD KEY ix_recon_break_reference (reference)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE recon_break DROP KEY ix_recon_break_reference');
    await db.query('ALTER TABLE refund DROP KEY ix_refund_payment, DROP KEY ix_refund_gateway');
    await db.query('ALTER TABLE topup DROP KEY ix_topup_credited');
    await db.query('DROP TABLE settlement_line');
  }
}
