import type { Incoming } from './incoming.ts';

export type Reply = {
  readonly status: number;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body: object | string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

export function send({ response }: Incoming, reply: Reply): void {
  if (response.destroyed || response.headersSent) return;
  const { payload, contentType } = encode(reply.body);
  response.writeHead(reply.status, {
    'content-type': contentType,
    'content-length': payload.length,
    ...reply.headers,
  });
  response.end(payload);
}

export function encode(body: object | string | Buffer): { payload: Buffer; contentType: string } {
  if (Buffer.isBuffer(body)) return { payload: body, contentType: 'application/octet-stream' };
  if (typeof body === 'string') return { payload: Buffer.from(body), contentType: 'text/plain; charset=utf-8' };
  return { payload: Buffer.from(JSON.stringify(body)), contentType: 'application/json; charset=utf-8' };
}
