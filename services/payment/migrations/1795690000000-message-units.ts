import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MessageUnits1795690000000 implements MigrationInterface {
  readonly name = 'MessageUnits1795690000000';

  async up(db: QueryRunner): Promise<void> {
    // What granted it, such as a purchase or a period of a subscription: one source grants once.
    await db.query(`
      ALTER TABLE entitlement
        ADD COLUMN source VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER shop_id`);
    await db.query(`
      UPDATE entitlement
         SET source = LOWER(CONCAT(IF(id = shop_id, 'allowance/', 'pack-purchase/'),
           INSERT(INSERT(INSERT(INSERT(HEX(id), 21, 0, '-'), 17, 0, '-'), 13, 0, '-'), 9, 0, '-')))`);
    await db.query(`
      ALTER TABLE entitlement
        MODIFY source VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        ADD UNIQUE KEY uq_entitlement_source (source)`);
    await db.query(`
      ALTER TABLE pack ADD COLUMN messages LONGTEXT CHARACTER SET utf8mb4 NULL AFTER offers`);
    await db.query("UPDATE pack SET messages = '{}'");
    await db.query('ALTER TABLE pack MODIFY messages LONGTEXT CHARACTER SET utf8mb4 NOT NULL');
    await db.query('ALTER TABLE pack DROP CONSTRAINT ck_pack');
    await db.query(`
      ALTER TABLE pack
        ADD CONSTRAINT ck_pack CHECK (offers >= 0 AND price_paise > 0 AND valid_days > 0)`);
    await db.query(`
      INSERT INTO pack (id, name, offers, messages, price_paise, valid_days) VALUES
        ('whatsapp-1000', 'WhatsApp 1,000', 0, '{"whatsapp":1000}', 89900, 90),
        ('whatsapp-5000', 'WhatsApp 5,000', 0, '{"whatsapp":5000}', 429900, 180),
        ('push-10000', 'Push 10,000', 0, '{"push":10000}', 44900, 90),
        ('in-app-50000', 'Inbox 50,000', 0, '{"in_app":50000}', 89900, 90)`);
    // Messages that an entitlement includes on one channel; shop and end are its own, for the index.
    await db.query(`
      CREATE TABLE message_units (
        entitlement_id BINARY(16) NOT NULL,
        channel        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        shop_id        BINARY(16) NOT NULL,
        expires_at     DATETIME(3) NOT NULL,
        granted        INT NOT NULL,
        used           INT NOT NULL DEFAULT 0,
        revoked        TINYINT(1) NOT NULL DEFAULT 0,
        PRIMARY KEY (entitlement_id, channel),
        KEY ix_message_units_shop (shop_id, expires_at),
        CONSTRAINT fk_message_units FOREIGN KEY (entitlement_id) REFERENCES entitlement (id),
        CONSTRAINT ck_message_units CHECK (0 <= used AND used <= granted)
      ) ENGINE = InnoDB`);
    // Which of them a hold uses, and what it gave back when it was closed.
    await db.query(`
      CREATE TABLE unit_use (
        hold_id        BINARY(16) NOT NULL,
        line_no        SMALLINT NOT NULL,
        entitlement_id BINARY(16) NOT NULL,
        channel        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        units          INT NOT NULL,
        returned       INT NOT NULL DEFAULT 0,
        PRIMARY KEY (hold_id, line_no),
        KEY ix_unit_use_entitlement (entitlement_id, channel),
        CONSTRAINT fk_unit_use_hold FOREIGN KEY (hold_id) REFERENCES hold (id),
        CONSTRAINT ck_unit_use CHECK (units > 0 AND 0 <= returned AND returned <= units)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE unit_use');
    await db.query('DROP TABLE message_units');
    await db.query('ALTER TABLE entitlement DROP COLUMN source');
    await db.query('DELETE FROM pack WHERE offers = 0');
    await db.query('ALTER TABLE pack DROP COLUMN messages');
  }
}
