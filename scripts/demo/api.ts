import { setTimeout as sleep } from 'node:timers/promises';
import { restClient } from '@doffers/testkit';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Json = Record<string, unknown>;
export type Api = (method: Method, path: string, body?: Json) => Promise<Json>;

/** Not now, or perhaps: a read or a command with a request id may be asked for again. */
const retriable = [502, 503, 504];
const attempts = 4;

/** Speaks to the gateway as an app does; an answer that is no success ends the story, naming the call. */
export function api(baseUrl: string, token?: string): Api {
  const client = restClient(baseUrl, token);
  return async (method, path, body) => {
    const repeatable = method === 'get' || path.endsWith(':estimate') || body?.requestId !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await client[method](path, { ...(body && { body }) });
      if (answer.status >= 200 && answer.status < 300) return answer.body;
      if (attempt === attempts || !repeatable || !retriable.includes(answer.status)) {
        throw new Error(`${method.toUpperCase()} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      await sleep(500 * attempt);
    }
  };
}
