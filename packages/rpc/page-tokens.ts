import { createHash } from 'node:crypto';
import { clone, type DescMethod, type Message, toBinary } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import type { MethodAccess } from './access.ts';
import { type CallContext, userOf } from './call-context.ts';
import type { UnaryHandler } from './handlers.ts';

type Paged = Message & { pageToken: string; pageSize: number };

const markLength = 11;

/**
 * Lets a page token continue the list that it came from, and no other: one of another method, with other filters or, where
 * a login is needed, of another person is refused before the handler sees it. The page size may change from page to page.
 */
export function bindPageTokens(method: DescMethod, access: MethodAccess, handle: UnaryHandler): UnaryHandler {
  const takes = method.input.fields.some(({ name }) => name === 'page_token');
  const gives = method.output.fields.some(({ name }) => name === 'next_page_token');
  if (!takes || !gives) return handle;
  return async (request, context) => {
    const paged = request as Paged;
    const list = markOf({ method, access, context }, paged);
    paged.pageToken = open(paged.pageToken, list);
    const answer = await handle(paged, context);
    const { nextPageToken } = answer;
    if (typeof nextPageToken !== 'string' || nextPageToken === '') return answer;
    return { ...answer, nextPageToken: `${nextPageToken}${list}` };
  };
}

type Called = { readonly method: DescMethod; readonly access: MethodAccess; readonly context: CallContext };

/** What tells one list from another, in a few letters; it guards against mistakes, access is checked for each page. */
function markOf({ method, access, context }: Called, request: Paged): string {
  const filters = clone(method.input, request) as Paged;
  filters.pageToken = '';
  filters.pageSize = 0;
  const reader = access.kind === 'roles' ? (userOf(context.caller)?.userId ?? '') : '';
  const list = createHash('sha256').update(`${method.parent.typeName}/${method.name}/${reader}/`);
  return list.update(toBinary(method.input, filters)).digest('base64url').slice(0, markLength);
}

function open(token: string, list: string): string {
  if (token === '') return '';
  if (token.length > markLength && token.endsWith(list)) return token.slice(0, -markLength);
  const message = 'use the nextPageToken of the page before, with the same filters';
  throw new DomainError('invalid_argument', 'PAGE_TOKEN_INVALID', message);
}
