import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { restClient } from '@doffers/testkit';
import { type RunningGateway, startGateway } from './test/running-gateway.ts';

describe('TLS', () => {
  let gateway: RunningGateway;
  before(async () => void (gateway = await startGateway()));
  after(() => gateway.close());

  async function get(path: string): Promise<IncomingMessage> {
    const call = request(gateway.tlsUrl + path, { ca: gateway.certificate }).end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    answer.resume();
    return answer;
  }

  async function handshake(options: { maxVersion: SecureVersion; ALPNProtocols?: string[] }): Promise<TLSSocket> {
    const { hostname, port } = new URL(gateway.tlsUrl);
    // OpenSSL of today does not even offer old versions unless it is told to.
    const old = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const socket = connect({ host: hostname, port: Number(port), ca: gateway.certificate, ...old, ...options });
    await once(socket, 'secureConnect');
    socket.destroy();
    return socket;
  }

  it('serves the same as the plain port, and tells browsers to come back by TLS', async () => {
    const answer = await get('/nowhere');
    assert.equal(answer.statusCode, 404);
    assert.match(answer.headers['strict-transport-security'] ?? '', /^max-age=31536000/);
    assert.equal((await restClient(gateway.url).get('/nowhere')).headers.get('strict-transport-security'), null);
  });

  it('speaks HTTP/2 to who can', async () => {
    assert.equal((await handshake({ maxVersion: 'TLSv1.3', ALPNProtocols: ['h2', 'http/1.1'] })).alpnProtocol, 'h2');
    assert.equal((await handshake({ maxVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] })).alpnProtocol, 'http/1.1');
  });

  it('refuses versions older than 1.2', async () => {
    await assert.rejects(handshake({ maxVersion: 'TLSv1.1' }), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  });
});
