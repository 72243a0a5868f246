import { type Database, newestFirst, newId, once, requestHash, transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import type { GeneratedText, ModelCall, TextOrder } from '../domain/generated-text.ts';
import { ModelCallEntity, TextEntity } from './text-entities.ts';

type ListQuery = { readonly shopId: string; readonly limit: number; readonly after: PageKey | undefined };

export type TextRepository = {
  /**
   * The text that the same call wrote before.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  findWritten(input: TextOrder): Promise<GeneratedText | undefined>;
  /**
   * Stores a text once per shop and request id, and every call to the model that was paid for. Of two that were
   * written at the same time the first one stored is the answer to both.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  saveOnce(input: TextOrder, text: GeneratedText, calls: readonly ModelCall[]): Promise<GeneratedText>;
  listOfShop(query: ListQuery): Promise<readonly GeneratedText[]>;
};

export function createTextRepository(db: Database): TextRepository {
  const keyOf = (input: TextOrder) => ({
    scope: `text/${input.shopId}`,
    requestId: input.requestId,
    hash: requestHash(input),
  });
  return {
    findWritten: (input) =>
      unlessNew(
        transaction(db, async (tx) => {
          const id = await once<string>(tx, keyOf(input), () => Promise.reject(new NewCommand()));
          return tx.findOneByOrFail(TextEntity, { id });
        }),
      ),
    saveOnce: (input, text, calls) =>
      transaction(db, async (tx) => {
        const paid = calls.map((call) => ({ ...call, id: newId(), shopId: text.shopId, createdAt: text.createdAt }));
        if (paid.length > 0) await tx.insert(ModelCallEntity, paid);
        const id = await once(tx, keyOf(input), async () => {
          await tx.insert(TextEntity, text);
          return text.id;
        });
        return tx.findOneByOrFail(TextEntity, { id });
      }),
    listOfShop({ shopId, limit, after }) {
      const query = db.getRepository(TextEntity).createQueryBuilder('text').where({ shopId });
      return newestFirst(query, { after, limit }).getMany();
    },
  };
}

/** Rolls the claim of a key back when the command turns out to be new. */
class NewCommand extends Error {}

async function unlessNew<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NewCommand) return undefined;
    throw error;
  }
}
