import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { Pool } from 'undici';
import type { Send } from './load.ts';

export type RestWay = { readonly send: Send; close(): Promise<void> };
type Headers = Readonly<Record<string, string>>;

/** JSON over one HTTP/2 connection, many requests at a time: as a mobile app or a proxy in front would. */
export async function restOverHttp2(baseUrl: string, path: string, headers: Headers = {}): Promise<RestWay> {
  const session = connect(baseUrl);
  await once(session, 'connect');
  return {
    send: () => get(session, path, headers),
    async close() {
      session.close();
      await once(session, 'close');
    },
  };
}

function get(session: ClientHttp2Session, path: string, headers: Headers): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ [constants.HTTP2_HEADER_PATH]: path, ...headers });
    let status = 0;
    stream.on('response', (response) => (status = Number(response[constants.HTTP2_HEADER_STATUS])));
    stream.on('data', () => undefined);
    stream.on('end', () => (status === 200 ? resolve() : reject(new Error(`${path} answered ${status}`))));
    stream.on('error', reject);
  });
}

/** JSON over HTTP/1.1, one request at a time on each of `connections`. */
export function restOverHttp1(baseUrl: string, path: string, connections: number): RestWay {
  const pool = new Pool(baseUrl, { connections, pipelining: 1 });
  return {
    async send() {
      const { statusCode, body } = await pool.request({ path, method: 'GET' });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
    },
    close: () => pool.close(),
  };
}
