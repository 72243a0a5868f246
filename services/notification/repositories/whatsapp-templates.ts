import type { Transaction } from '@doffers/database';
import type { TemplateReport } from '../clients/template-reports.ts';
import type { Notice } from './ledger-statements.ts';

export type TemplateJudgement = {
  readonly name: string;
  readonly language: string;
  /** WhatsApp's word. */
  readonly status: string;
  /** Why it was rejected; empty otherwise. */
  readonly reason: string;
  /** When it was said. */
  readonly at: Date;
};

export type WhatsappTemplates = {
  /** Keeps what was said last; false for something older, or for what is known. Within one transaction. */
  record(judgement: TemplateJudgement): Promise<boolean>;
  /** Undefined when WhatsApp never said anything: sending will tell. */
  statusOf(name: string, language: string): Promise<string | undefined>;
};

/** What `campaign` is told. */
export function templateNotice({ name, language, status, reason }: TemplateJudgement): Notice {
  const payload: TemplateReport = { name, language, status, reason };
  return { topic: 'campaign.template', key: `template/${name}`.slice(0, 160), payload };
}

/** How WhatsApp judges the templates that campaigns are sent with. */
export function createWhatsappTemplates(db: Transaction): WhatsappTemplates {
  return {
    async record({ name, language, status, at: said }) {
      // Webhooks tell whole seconds: what this platform found out in the same second must not look younger.
      const at = new Date(Math.floor(said.getTime() / 1_000) * 1_000);
      const key = [name, language];
      const [known] = await db.query(
        'SELECT status, told_at FROM whatsapp_template WHERE name = ? AND language = ? FOR UPDATE',
        key,
      );
      if (known && (known.told_at > at || known.status === status)) return false;
      await db.query(
        `INSERT INTO whatsapp_template (name, language, status, told_at) VALUES (?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE status = VALUES(status), told_at = VALUES(told_at)`,
        [...key, status, at],
      );
      return true;
    },
    async statusOf(name, language) {
      const [row] = await db.query('SELECT status FROM whatsapp_template WHERE name = ? AND language = ?', [
        name,
        language,
      ]);
      return row?.status;
    },
  };
}
