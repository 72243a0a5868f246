import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TemplateReview1795610000000 implements MigrationInterface {
  readonly name = 'TemplateReview1795610000000';

  async up(db: QueryRunner): Promise<void> {
    // A template without `submitted_at` is still to be submitted; `asked_at` is when the provider was last asked for its
    // judgement, which it usually tells by itself.
    await db.query('ALTER TABLE template DROP CONSTRAINT ck_template_state');
    await db.query(`
      ALTER TABLE template
        ADD COLUMN category         VARCHAR(14) CHARACTER SET ascii NOT NULL DEFAULT 'marketing',
        ADD COLUMN examples         JSON NOT NULL DEFAULT ('[]'),
        ADD COLUMN rejection_reason VARCHAR(500) NOT NULL DEFAULT '',
        ADD COLUMN submitted_at     DATETIME(3) NULL,
        ADD COLUMN asked_at         DATETIME(3) NULL,
        ADD KEY ix_template_review (state, asked_at),
        ADD CONSTRAINT ck_template_state CHECK (state IN ('approved', 'pending', 'rejected', 'paused', 'disabled'))`);
    await db.query("UPDATE template SET submitted_at = created_at WHERE state <> 'pending'");
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE template DROP CONSTRAINT ck_template_state');
    await db.query("UPDATE template SET state = 'rejected' WHERE state IN ('paused', 'disabled')");
    await db.query(`
      ALTER TABLE template
        DROP KEY ix_template_review, DROP COLUMN asked_at, DROP COLUMN submitted_at, DROP COLUMN rejection_reason,
        DROP COLUMN examples, DROP COLUMN category,
        ADD CONSTRAINT ck_template_state CHECK (state IN ('approved', 'pending', 'rejected'))`);
  }
}
