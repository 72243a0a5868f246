import type { z } from 'zod';
import { type Incoming, jsonBody } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { badRequest } from './errors.ts';

export function jsonOf(incoming: Incoming): unknown {
  return jsonBody(incoming);
}

export function issueReply(error: z.ZodError): Reply {
  const [issue] = error.issues;
  const field = issue?.path.join('.');
  return badRequest(issue?.message ?? 'The request is invalid', { field });
}

export function notFound(): Reply {
  return badRequest('The id provided does not exist', { reason: 'input_validation_failed' });
}

/** A page of a collection: `count` (10, at most 100) from `skip`. */
export function listReply(items: readonly object[], query: URLSearchParams): Reply {
  const count = Math.min(Number(query.get('count') ?? 10), 100);
  const skip = Number(query.get('skip') ?? 0);
  const page = items.slice(skip, skip + count);
  return { status: 200, body: { entity: 'collection', count: page.length, items: page } };
}
