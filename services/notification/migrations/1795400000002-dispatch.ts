import { outboxTable } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Dispatch1795400000002 implements MigrationInterface {
  readonly name = 'Dispatch1795400000002';

  async up(db: QueryRunner): Promise<void> {
    // One row per sender number. Slots are microseconds since 1970 by the database's clock, so that every process and
    // every campaign queues for the same ones.
    await db.query(`
      CREATE TABLE sender (
        id            VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        rate_per_second INT UNSIGNED NOT NULL,
        next_slot_us  BIGINT UNSIGNED NOT NULL DEFAULT 0,
        stopped_until DATETIME(3) NULL,
        stop_code     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE dispatch (
        campaign_id   BINARY(16) NOT NULL,
        channel       TINYINT UNSIGNED NOT NULL,
        shop_id       BINARY(16) NOT NULL,
        audience_id   BINARY(16) NOT NULL,
        size          INT UNSIGNED NOT NULL,
        group_size    SMALLINT UNSIGNED NOT NULL,
        sender_id     VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
        content_id    BINARY(16) NOT NULL,
        charge_micros INT UNSIGNED NOT NULL,
        send_window   CHAR(11) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        state         TINYINT UNSIGNED NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        settled_at    DATETIME(3) NULL,
        PRIMARY KEY (campaign_id, channel)
      ) ENGINE = InnoDB`);
    // What only WhatsApp needs; title, body and link are in message_content under the same id.
    await db.query(`
      CREATE TABLE whatsapp_content (
        id        BINARY(16) NOT NULL PRIMARY KEY,
        template  VARCHAR(512) NOT NULL,
        language  VARCHAR(16) NOT NULL,
        variables TEXT NOT NULL
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    // Claim, fence and counter of a group. The counts stand on the row of pass 0 and say how its members stand now;
    // whoever changes a delivery holds that row's lock, so they are exact without counting deliveries.
    await db.query(`
      CREATE TABLE dispatch_group (
        campaign_id BINARY(16) NOT NULL,
        channel     TINYINT UNSIGNED NOT NULL,
        pass        TINYINT UNSIGNED NOT NULL,
        first_seq   INT UNSIGNED NOT NULL,
        state       TINYINT UNSIGNED NOT NULL,
        reason      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        token       BIGINT UNSIGNED NOT NULL,
        claimed_at  DATETIME(3) NOT NULL,
        passes      TINYINT UNSIGNED NOT NULL DEFAULT 0,
        retry_at    DATETIME(3) NULL,
        accepted    SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        delivered   SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        seen        SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        failed      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        suppressed  SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        unknown     SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        retry       SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        billed      SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        PRIMARY KEY (campaign_id, channel, pass, first_seq)
      ) ENGINE = InnoDB`);
    // How many failures and suppressions of a group have which reason; most groups have none. Signed, because one that a
    // receipt disproves is written as -1 before it is added.
    await db.query(`
      CREATE TABLE group_reason (
        campaign_id BINARY(16) NOT NULL,
        channel     TINYINT UNSIGNED NOT NULL,
        first_seq   INT UNSIGNED NOT NULL,
        reason      SMALLINT UNSIGNED NOT NULL,
        members     SMALLINT NOT NULL,
        PRIMARY KEY (campaign_id, channel, first_seq, reason)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE delivery (
        campaign_id   BINARY(16) NOT NULL,
        seq           INT UNSIGNED NOT NULL,
        channel       TINYINT UNSIGNED NOT NULL,
        customer_id   BINARY(16) NULL,
        status_rank   TINYINT UNSIGNED NOT NULL,
        reason        SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        not_before    DATETIME(3) NULL,
        charge_micros INT UNSIGNED NOT NULL DEFAULT 0,
        provider_id   VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL,
        provider_code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
        billed_at     DATETIME(3) NULL,
        changed_at    DATETIME(3) NOT NULL,
        PRIMARY KEY (campaign_id, seq, channel)
      ) ENGINE = InnoDB`);
    await db.query(outboxTable);
  }

  async down(db: QueryRunner): Promise<void> {
    const tables = ['outbox', 'delivery', 'group_reason', 'dispatch_group', 'whatsapp_content', 'dispatch', 'sender'];
    for (const table of tables) await db.query(`DROP TABLE ${table}`);
  }
}
