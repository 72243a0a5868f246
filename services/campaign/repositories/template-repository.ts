import {
  type Database,
  idColumn,
  instantColumn,
  isDuplicateKey,
  newestFirst,
  once,
  requestHash,
  transaction,
} from '@doffers/database';
import type { PageQuery } from '@doffers/resource';
import { EntitySchema, In, IsNull, LessThan } from 'typeorm';
import { type NewTemplate, type Template, type TemplateState, templateExists } from '../domain/template.ts';

export type TemplateRepository = {
  /** The shop's template of this name and language, or the platform's. */
  find(shopId: string, name: string, language: string): Promise<Template | undefined>;
  /**
   * Stores the template that `make` answers, once per shop and request id.
   * @throws DomainError `TEMPLATE_EXISTS` or `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(input: NewTemplate, make: () => Template): Promise<Template>;
  /** Keeps the provider's judgement; harmless for a template that there is not. */
  judge(named: Pick<Template, 'shopId' | 'name' | 'language'>, judgement: Judgement): Promise<void>;
  /** Templates that are to be submitted, or whose judgement was last asked for before then. */
  listForReview(askedBefore: Date, limit: number): Promise<readonly TemplateInReview[]>;
  /** Keeps what a review found, unless the provider has told something else meanwhile. */
  reviewed(id: string, found: Judgement & { readonly seen: TemplateState; readonly at: Date }): Promise<void>;
  /** The shop's templates and the platform's, newest first. */
  listForShop(query: PageQuery & { readonly shopId: string }): Promise<readonly Template[]>;
};

export type Judgement = { readonly state: TemplateState; readonly reason: string };
export type TemplateInReview = Template & { readonly submitted: boolean };

type TemplateRow = Omit<Template, 'shopId'> & {
  shopId: string | null;
  submittedAt: Date | null;
  askedAt: Date | null;
};

export const TemplateEntity = new EntitySchema<TemplateRow>({
  name: 'template',
  tableName: 'template',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id', { nullable: true }),
    name: { type: 'varchar', length: 120 },
    language: { type: 'varchar', length: 5 },
    body: { type: 'varchar', length: 1024 },
    variableCount: { name: 'variable_count', type: 'tinyint', unsigned: true },
    state: { type: 'varchar', length: 10 },
    category: { type: 'varchar', length: 14 },
    examples: { type: 'json' },
    rejectionReason: { name: 'rejection_reason', type: 'varchar', length: 500 },
    submittedAt: instantColumn('submitted_at', { nullable: true }),
    askedAt: instantColumn('asked_at', { nullable: true }),
    createdAt: instantColumn('created_at'),
  },
});

export function createTemplateRepository(db: Database): TemplateRepository {
  const templates = () => db.getRepository(TemplateEntity);
  return {
    async find(shopId, name, language) {
      const [row] = await templates().find({
        where: [
          { shopId, name, language },
          { shopId: IsNull(), name, language },
        ],
      });
      return row === undefined ? undefined : fromRow(row);
    },
    createOnce: (input, make) =>
      transaction(db, async (tx) => {
        const key = { scope: `template/${input.shopId}`, requestId: input.requestId, hash: requestHash(input) };
        const id = await once(tx, key, async () => {
          const template = make();
          // A platform's name belongs to the platform in every language.
          if (await tx.existsBy(TemplateEntity, { shopId: IsNull(), name: template.name })) throw templateExists();
          try {
            const { shopId = null, examples, ...row } = template;
            await tx.insert(TemplateEntity, {
              ...row,
              shopId,
              examples: [...examples],
              submittedAt: null,
              askedAt: null,
            });
          } catch (error) {
            throw isDuplicateKey(error) ? templateExists() : error;
          }
          return template.id;
        });
        return fromRow(await tx.findOneByOrFail(TemplateEntity, { id }));
      }),
    async judge({ shopId = null, name, language }, { state, reason }) {
      const named = { shopId: shopId ?? IsNull(), name, language };
      await templates().update(named, { state, rejectionReason: reasonFor(state, reason) });
    },
    async listForReview(askedBefore, limit) {
      const rows = await templates().find({
        where: [
          { state: In(['pending', 'paused']), askedAt: IsNull() },
          { state: In(['pending', 'paused']), askedAt: LessThan(askedBefore) },
        ],
        order: { askedAt: 'ASC' },
        take: limit,
      });
      return rows.map((row) => ({ ...fromRow(row), submitted: row.submittedAt !== null }));
    },
    async reviewed(id, { seen, state, reason, at }) {
      await templates().update({ id, submittedAt: IsNull() }, { submittedAt: at });
      await templates().update({ id }, { askedAt: at });
      await templates().update({ id, state: seen }, { state, rejectionReason: reasonFor(state, reason) });
    },
    async listForShop({ shopId, limit, after }) {
      const query = templates()
        .createQueryBuilder('template')
        .where([{ shopId }, { shopId: IsNull() }]);
      return (await newestFirst(query, { after, limit }).getMany()).map(fromRow);
    },
  };
}

const reasonFor = (state: TemplateState, reason: string) => (state === 'rejected' ? reason.slice(0, 500) : '');

function fromRow({ shopId, submittedAt: _submitted, askedAt: _asked, ...row }: TemplateRow): Template {
  return { ...row, shopId: shopId ?? undefined };
}
