import type { PageKey } from '@doffers/resource';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { idToBytes } from './columns.ts';

/**
 * One page of rows that have `createdAt` and `id`, newest first, behind the row where the page before ended. Rows of
 * the same millisecond are told apart by their id, so no page skips or repeats one.
 */
export function newestFirst<Row extends ObjectLiteral & { createdAt: Date; id: string }>(
  query: SelectQueryBuilder<Row>,
  { after, limit }: { readonly after: PageKey | undefined; readonly limit: number },
): SelectQueryBuilder<Row> {
  const row = query.alias;
  query.orderBy({ [`${row}.createdAt`]: 'DESC', [`${row}.id`]: 'DESC' }).limit(limit);
  if (after === undefined) return query;
  const behind = `(${row}.createdAt < :pageAt OR (${row}.createdAt = :pageAt AND ${row}.id < :pageId))`;
  return query.andWhere(behind, { pageAt: after.at, pageId: idToBytes(after.id) });
}
