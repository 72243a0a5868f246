import { restClient } from '@doffers/testkit';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Json = Record<string, unknown>;
export type Api = (method: Method, path: string, body?: Json) => Promise<Json>;

/** Speaks to the gateway as an app does; an answer that is no success ends the story, naming the call. */
export function api(baseUrl: string, token?: string): Api {
  const client = restClient(baseUrl, token);
  return async (method, path, body) => {
    const answer = await client[method](path, { ...(body && { body }) });
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Error(`${method.toUpperCase()} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
}
