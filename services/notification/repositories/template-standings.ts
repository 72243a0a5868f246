import { append, type Database, type Transaction, transaction } from '@doffers/database';
import {
  createWhatsappTemplates,
  type TemplateJudgement,
  templateNotice,
  type WhatsappTemplates,
} from './whatsapp-templates.ts';

export type TemplateStandings = Pick<WhatsappTemplates, 'statusOf'> & {
  /** Keeps what was found out about a template, and tells `campaign` when it is news. */
  note(judgement: TemplateJudgement): Promise<void>;
};

export function createTemplateStandings(db: Database): TemplateStandings {
  return {
    statusOf: (name, language) => createWhatsappTemplates(db.manager).statusOf(name, language),
    note: async (judgement) => {
      await transaction(db, (tx) => judgeTemplate(tx, judgement));
    },
  };
}

/** Within a transaction; answers whether it was news. */
export async function judgeTemplate(tx: Transaction, judgement: TemplateJudgement): Promise<boolean> {
  const isNews = await createWhatsappTemplates(tx).record(judgement);
  if (isNews) await append(tx, templateNotice(judgement));
  return isNews;
}
