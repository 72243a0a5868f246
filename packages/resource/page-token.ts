import { DomainError } from '@doffers/errors';

/** Where a page ended: the sort key of its last row and its id, which breaks ties. */
export type PageKey = { readonly at: Date; readonly id: string };

const defaultPageSize = 20;

/** One page of a list, as a repository is asked for it. */
export type PageQuery = {
  /** One row more than the page, which shows whether there is another. */
  readonly limit: number;
  readonly after: PageKey | undefined;
};

/**
 * Reads what a caller asked for.
 *
 * @throws DomainError `PAGE_TOKEN_INVALID`
 */
export function pageQuery({
  pageSize,
  pageToken,
}: {
  readonly pageSize: number;
  readonly pageToken: string;
}): PageQuery {
  return { limit: pageSizeOf(pageSize) + 1, after: decodePageToken(pageToken) };
}

/** The rows of the page, and the token of the next one: empty on the last page. */
export function pageOf<Row extends { readonly createdAt: Date; readonly id: string }>(
  rows: readonly Row[],
  { limit }: PageQuery,
): { readonly page: readonly Row[]; readonly nextPageToken: string } {
  const page = rows.slice(0, limit - 1);
  const last = rows.length === limit ? page.at(-1) : undefined;
  return { page, nextPageToken: last === undefined ? '' : encodePageToken({ at: last.createdAt, id: last.id }) };
}

/** The page size asked for; 0, which is what a caller who gives none sends, means 20. */
export function pageSizeOf(asked: number): number {
  return asked === 0 ? defaultPageSize : asked;
}

/** Packs a key for the caller, who passes it back unread. */
export function encodePageToken({ at, id }: PageKey): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Unpacks a token; an empty one asks for the first page. What is no id of the list is refused here, since it would
 * reach SQL.
 *
 * @throws DomainError `PAGE_TOKEN_INVALID`
 */
export function decodePageToken(token: string, idPattern: RegExp = uuid): PageKey | undefined {
  if (token === '') return undefined;
  const match = /^(\d{1,13})\.(.{1,80})$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match?.[1] || !match[2] || !idPattern.test(match[2])) {
    throw new DomainError(
      'invalid_argument',
      'PAGE_TOKEN_INVALID',
      'use the nextPageToken of the page before, unchanged',
    );
  }
  return { at: new Date(Number(match[1])), id: match[2] };
}
