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
import { EntitySchema, IsNull } from 'typeorm';
import { type NewTemplate, type Template, templateExists } from '../domain/template.ts';

export type TemplateRepository = {
  /** The shop's template of this name and language, or the platform's. */
  find(shopId: string, name: string, language: string): Promise<Template | undefined>;
  /**
   * Stores the template that `make` answers, once per shop and request id.
   * @throws DomainError `TEMPLATE_EXISTS` or `IDEMPOTENCY_KEY_REUSED`
   */
  createOnce(input: NewTemplate, make: () => Template): Promise<Template>;
  /** The shop's templates and the platform's, newest first. */
  listForShop(query: PageQuery & { readonly shopId: string }): Promise<readonly Template[]>;
};

type TemplateRow = Omit<Template, 'shopId'> & { shopId: string | null };

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
            await tx.insert(TemplateEntity, { ...template, shopId: template.shopId ?? null });
          } catch (error) {
            throw isDuplicateKey(error) ? templateExists() : error;
          }
          return template.id;
        });
        return fromRow(await tx.findOneByOrFail(TemplateEntity, { id }));
      }),
    async listForShop({ shopId, limit, after }) {
      const query = templates()
        .createQueryBuilder('template')
        .where([{ shopId }, { shopId: IsNull() }]);
      return (await newestFirst(query, { after, limit }).getMany()).map(fromRow);
    },
  };
}

function fromRow({ shopId, ...row }: TemplateRow): Template {
  return { ...row, shopId: shopId ?? undefined };
}
