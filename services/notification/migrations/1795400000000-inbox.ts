import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Inbox1795400000000 implements MigrationInterface {
  readonly name = 'Inbox1795400000000';

  async up(db: QueryRunner): Promise<void> {
    // The text is apart from who got it, because a campaign says the same to a hundred thousand people.
    await db.query(`
      CREATE TABLE message_content (
        id    BINARY(16) NOT NULL PRIMARY KEY,
        title VARCHAR(80) NOT NULL,
        body  VARCHAR(400) NOT NULL,
        link  VARCHAR(200) NOT NULL
      ) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4`);
    // The key is the order of paging and the uniqueness at once: a repetition comes with the same id and the same
    // created_at. One index, because this is the table that a campaign fills fastest.
    await db.query(`
      CREATE TABLE inbox_message (
        user_id    BINARY(16) NOT NULL,
        created_at DATETIME(3) NOT NULL,
        id         BINARY(16) NOT NULL,
        content_id BINARY(16) NOT NULL,
        read_at    DATETIME(3) NULL,
        PRIMARY KEY (user_id, created_at, id)
      ) ENGINE = InnoDB`);
    await db.query(`
      CREATE TABLE notice (
        id              BINARY(16) NOT NULL PRIMARY KEY,
        idempotency_key VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        user_id         BINARY(16) NULL,
        request_hash    BINARY(32) NULL,
        created_at      DATETIME(3) NOT NULL,
        voided_at       DATETIME(3) NULL,
        UNIQUE KEY uq_notice_key (idempotency_key),
        CONSTRAINT ck_notice_sent CHECK ((user_id IS NULL) = (request_hash IS NULL)),
        CONSTRAINT ck_notice_tombstone CHECK (user_id IS NOT NULL OR voided_at IS NOT NULL)
      ) ENGINE = InnoDB`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['notice', 'inbox_message', 'message_content']) await db.query(`DROP TABLE ${table}`);
  }
}
