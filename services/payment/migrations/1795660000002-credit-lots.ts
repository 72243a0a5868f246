import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreditLots1795660000002 implements MigrationInterface {
  readonly name = 'CreditLots1795660000002';

  async up(db: QueryRunner): Promise<void> {
    // What each credit of a wallet is still good for. `spent` is a column of its own so that the open lots of a shop lie
    // together in the index, however many it has used up.
    await db.query(`
      CREATE TABLE credit_lot (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        shop_id         BINARY(16) NOT NULL,
        kind            ENUM('paid', 'promo') NOT NULL,
        journal_id      BINARY(16) NULL,
        amount_paise    BIGINT NOT NULL,
        remaining_paise BIGINT NOT NULL,
        spent           TINYINT(1) NOT NULL DEFAULT 0,
        expires_at      DATETIME(3) NOT NULL,
        created_at      DATETIME(3) NOT NULL,
        KEY ix_credit_lot_open (shop_id, kind, spent, expires_at),
        KEY ix_credit_lot_expiry (kind, spent, expires_at),
        CONSTRAINT fk_credit_lot_journal FOREIGN KEY (journal_id) REFERENCES journal (id),
        CONSTRAINT ck_credit_lot CHECK (0 <= remaining_paise AND remaining_paise <= amount_paise AND 0 < amount_paise),
        CONSTRAINT ck_credit_lot_spent CHECK (spent = (remaining_paise = 0))
      ) ENGINE = InnoDB`);
    // Which lot paid for which journal; negative where a reversal gave it back.
    await db.query(`
      CREATE TABLE lot_consumption (
        journal_id   BINARY(16) NOT NULL,
        lot_id       BINARY(16) NOT NULL,
        amount_paise BIGINT NOT NULL,
        PRIMARY KEY (journal_id, lot_id),
        KEY ix_lot_consumption_lot (lot_id),
        CONSTRAINT fk_lot_consumption_lot FOREIGN KEY (lot_id) REFERENCES credit_lot (id),
        CONSTRAINT fk_lot_consumption_journal FOREIGN KEY (journal_id) REFERENCES journal (id),
        CONSTRAINT ck_lot_consumption CHECK (amount_paise <> 0)
      ) ENGINE = InnoDB`);
    for (const deed of ['UPDATE', 'DELETE']) {
      await db.query(`
        CREATE TRIGGER lot_consumption_no_${deed.toLowerCase()} BEFORE ${deed} ON lot_consumption FOR EACH ROW
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: write a correcting journal'`);
    }
    // A wallet from before there were lots has one of each fund.
    for (const [kind, fund] of [
      ['paid', 'cash'],
      ['promo', 'promo'],
    ]) {
      await db.query(`
        INSERT INTO credit_lot (id, shop_id, kind, amount_paise, remaining_paise, expires_at, created_at)
          SELECT UNHEX(REPLACE(UUID(), '-', '')), shop_id, '${kind}', posted_${fund}_paise, posted_${fund}_paise,
                 '9999-12-31', UTC_TIMESTAMP(3)
            FROM wallet WHERE posted_${fund}_paise > 0`);
    }
    await db.query(`
      ALTER TABLE hold
        MODIFY state ENUM('open', 'settled', 'expired', 'reversed', 'refused', 'void') NOT NULL,
        ADD COLUMN expires_at DATETIME(3) NULL,
        ADD KEY ix_hold_expiry (state, expires_at)`);
    await db.query("UPDATE hold SET expires_at = created_at + INTERVAL 1 DAY WHERE state IN ('open', 'settled')");
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE hold
        DROP KEY ix_hold_expiry,
        DROP COLUMN expires_at,
        MODIFY state ENUM('open', 'settled', 'refused', 'void') NOT NULL`);
    await db.query('DROP TABLE lot_consumption');
    await db.query('DROP TABLE credit_lot');
  }
}
