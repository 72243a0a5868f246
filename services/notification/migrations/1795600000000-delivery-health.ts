import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DeliveryHealth1795600000000 implements MigrationInterface {
  readonly name = 'DeliveryHealth1795600000000';

  async up(db: QueryRunner): Promise<void> {
    // A sender with a stop code stands still until `stopped_until`, or until somebody resumes it when there is none. A
    // wait is what the provider asks for and nobody has to look at. `slow_permille` is the share of the rate that was
    // left at `slowed_at`; it grows back from then on. `sends` and `errors` are the open window of the circuit breaker.
    await db.query(`
      ALTER TABLE sender
        ADD COLUMN stopped_at     DATETIME(3) NULL,
        ADD COLUMN wait_until     DATETIME(3) NULL,
        ADD COLUMN wait_code      VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
        ADD COLUMN slow_permille  SMALLINT UNSIGNED NOT NULL DEFAULT 1000,
        ADD COLUMN slowed_at      DATETIME(3) NULL,
        ADD COLUMN interval_us    INT UNSIGNED NOT NULL DEFAULT 0,
        ADD COLUMN sends          INT UNSIGNED NOT NULL DEFAULT 0,
        ADD COLUMN errors         INT UNSIGNED NOT NULL DEFAULT 0,
        ADD COLUMN resume_request VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL`);
    await db.query(`
      CREATE TABLE whatsapp_template (
        name     VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        language VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        status   VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        told_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (name, language)
      ) ENGINE = InnoDB`);
    // Test messages that were begun, and what came of them: a repetition must not send a second one.
    await db.query(`
      CREATE TABLE test_send (
        campaign_id BINARY(16) NOT NULL,
        number      INT UNSIGNED NOT NULL,
        provider_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
        created_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (campaign_id, number)
      ) ENGINE = InnoDB`);
    // The member's number on the channel, so that reading a campaign's message raises its delivery.
    await db.query('ALTER TABLE inbox_message ADD COLUMN seq INT UNSIGNED NULL');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE inbox_message DROP COLUMN seq');
    await db.query('DROP TABLE test_send');
    await db.query('DROP TABLE whatsapp_template');
    const columns = ['resume_request', 'errors', 'sends', 'interval_us', 'slowed_at', 'slow_permille', 'wait_code'];
    for (const column of [...columns, 'wait_until', 'stopped_at']) {
      await db.query(`ALTER TABLE sender DROP COLUMN ${column}`);
    }
  }
}
