export type RestResponse = {
  readonly status: number;
  // The body's shape is what a test asserts, so it is not typed here.
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};
type Call = { readonly body?: unknown; readonly headers?: Record<string, string> };
export type RestClient = Record<
  'get' | 'post' | 'put' | 'patch' | 'delete',
  (path: string, call?: Call) => Promise<RestResponse>
>;

/**
 * Speaks JSON to the gateway as an app would, with `token` as its access token. A body of text or bytes is sent as it
 * is. Never throws on a refusal.
 */
export function restClient(baseUrl: string, token?: string): RestClient {
  const send =
    (method: string) =>
    async (path: string, { body, headers = {} }: Call = {}): Promise<RestResponse> => {
      const response = await fetch(new URL(path, baseUrl), {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      return { status: response.status, body: parse(await response.text()), headers: response.headers };
    };
  return { get: send('GET'), post: send('POST'), put: send('PUT'), patch: send('PATCH'), delete: send('DELETE') };
}

function isRaw(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array;
}

function parse(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}
