import { idToBytes } from '@doffers/database';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The texts that the platform has had approved, as they stood with this migration. `STOP` is their footer. */
const offerAnnouncement = [
  ['en', 'Hi {{1}}, {{2}} has an offer for you: {{3}}. Valid until {{4}}. Show this message at the shop.'],
  ['hi', 'नमस्ते {{1}}, {{2}} की ओर से आपके लिए ऑफ़र: {{3}}। {{4}} तक मान्य। दुकान पर यह संदेश दिखाएँ।'],
  ['ta', 'வணக்கம் {{1}}, {{2}} உங்களுக்கு ஒரு சலுகை தருகிறது: {{3}}. {{4}} வரை செல்லும். கடையில் இதைக் காட்டுங்கள்.'],
  ['te', 'నమస్తే {{1}}, {{2}} మీకు ఒక ఆఫర్ ఇస్తోంది: {{3}}. {{4}} వరకు చెల్లుతుంది. దుకాణంలో ఇది చూపించండి.'],
  ['bn', 'নমস্কার {{1}}, {{2}} আপনার জন্য একটি অফার দিচ্ছে: {{3}}। {{4}} পর্যন্ত চলবে। দোকানে এটি দেখান।'],
] as const;

export class Launches1795500200000 implements MigrationInterface {
  readonly name = 'Launches1795500200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE campaign
        ADD COLUMN launch_no INT UNSIGNED NOT NULL DEFAULT 0 AFTER state,
        ADD KEY ix_campaign_state (state),
        ADD CONSTRAINT ck_campaign_state CHECK (state IN ('draft', 'launching', 'scheduled', 'sending', 'paused',
          'settling', 'completed', 'cancelled', 'failed'))`);
    await db.query(`UPDATE campaign SET content = JSON_SET(content, '$.whatsappLanguage', '')`);
    await db.query(`
      CREATE TABLE audience (
        campaign_id BINARY(16) NOT NULL,
        version     BIGINT NOT NULL,
        audience_id BINARY(16) NOT NULL,
        expires_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (campaign_id, version)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE quote (
        id            BINARY(16) NOT NULL PRIMARY KEY,
        campaign_id   BINARY(16) NOT NULL,
        request_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        version       BIGINT NOT NULL,
        audience_id   BINARY(16) NOT NULL,
        customers     BIGINT NOT NULL,
        quote_lines   JSON NOT NULL,
        exclusions    JSON NOT NULL,
        taxable_paise BIGINT NOT NULL,
        tax_paise     BIGINT NOT NULL,
        total_paise   BIGINT NOT NULL,
        offer_end_at  DATETIME(3) NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        expires_at    DATETIME(3) NOT NULL,
        UNIQUE KEY ux_quote_request (campaign_id, request_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE launch (
        campaign_id    BINARY(16) NOT NULL,
        launch_no      INT UNSIGNED NOT NULL,
        request_id     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        quote_id       BINARY(16) NOT NULL,
        asked_send_at  DATETIME(3) NULL,
        send_at        DATETIME(3) NULL,
        created_at     DATETIME(3) NOT NULL,
        held_paise     BIGINT NULL,
        captured_paise BIGINT NOT NULL,
        released_paise BIGINT NOT NULL,
        invoice_id     BINARY(16) NULL,
        failure        JSON NULL,
        finished_at    DATETIME(3) NULL,
        sequence       BIGINT NOT NULL,
        PRIMARY KEY (campaign_id, launch_no),
        UNIQUE KEY ux_launch_request (campaign_id, request_id)
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    await db.query(`
      CREATE TABLE control (
        campaign_id   BINARY(16) NOT NULL,
        request_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        actor_id      BINARY(16) NOT NULL,
        command       VARCHAR(80) CHARACTER SET ascii NOT NULL,
        state         VARCHAR(12) CHARACTER SET ascii NOT NULL,
        open_messages BIGINT NOT NULL,
        send_at       DATETIME(3) NOT NULL,
        created_at    DATETIME(3) NOT NULL,
        PRIMARY KEY (campaign_id, request_id)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE test_message (
        campaign_id BINARY(16) NOT NULL,
        number      INT UNSIGNED NOT NULL,
        request_id  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        user_id     BINARY(16) NOT NULL,
        channel     VARCHAR(10) CHARACTER SET ascii NOT NULL,
        created_at  DATETIME(3) NOT NULL,
        PRIMARY KEY (campaign_id, number),
        UNIQUE KEY ux_test_message_request (campaign_id, request_id)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE template (
        id             BINARY(16) NOT NULL PRIMARY KEY,
        shop_id        BINARY(16) NULL,
        name           VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        language       VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        body           VARCHAR(1024) NOT NULL,
        variable_count TINYINT UNSIGNED NOT NULL,
        state          VARCHAR(10) CHARACTER SET ascii NOT NULL,
        created_at     DATETIME(3) NOT NULL,
        UNIQUE KEY ux_template_name (shop_id, name, language),
        KEY ix_template_shop (shop_id, created_at, id),
        CONSTRAINT ck_template_state CHECK (state IN ('approved', 'pending', 'rejected'))
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    for (const [index, [language, body]] of offerAnnouncement.entries()) {
      await db.query(
        `INSERT INTO template (id, shop_id, name, language, body, variable_count, state, created_at)
         VALUES (?, NULL, 'offer_announcement', ?, ?, 4, 'approved', '2026-01-01')`,
        [idToBytes(`019b7600-0000-7000-8000-00000000000${index + 1}`), language, body],
      );
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['template', 'test_message', 'control', 'launch', 'quote', 'audience']) {
      await db.query(`DROP TABLE ${table}`);
    }
    await db.query(
      'ALTER TABLE campaign DROP CONSTRAINT ck_campaign_state, DROP KEY ix_campaign_state, DROP COLUMN launch_no',
    );
  }
}
