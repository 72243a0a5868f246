import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restClient, stackKeys, testServers } from '@doffers/testkit';

const { gatewayUrl } = testServers();
const anybody = restClient(gatewayUrl);
const userId = '0192f0c1-2d3e-7abc-8def-0123456789ab';
const token = () => stackKeys().user({ userId });

describe('a page of another origin', () => {
  const preflight = (origin: string) =>
    fetch(`${gatewayUrl}/v1/shops`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('may call when the product serves it', async () => {
    const response = await preflight('https://app.doffers.in');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), 'https://app.doffers.in');
    assert.match(response.headers.get('access-control-allow-methods') ?? '', /\bPATCH\b/);
    assert.match(response.headers.get('access-control-allow-headers') ?? '', /\bauthorization\b/);
    assert.equal(response.headers.get('access-control-max-age'), '7200');
  });

  it('may not when a stranger does', async () => {
    for (const origin of ['https://doffers.in.evil.example', 'null', 'http://app.doffers.in']) {
      const response = await preflight(origin);
      assert.equal(response.status, 404);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
  });

  it('can read errors too, also those of the gateway', async () => {
    for (const path of ['/v1/faults/13', '/v1/faults/5', '/v1/me', '/nowhere']) {
      const { headers } = await anybody.get(path, { headers: { origin: 'https://app.doffers.in' } });
      assert.equal(headers.get('access-control-allow-origin'), 'https://app.doffers.in', path);
      assert.match(headers.get('access-control-expose-headers') ?? '', /\bretry-after\b/, path);
    }
  });
});

describe('an answer', () => {
  it('prints every field, whole numbers of 64 bits as text, maps as objects', async () => {
    const { body } = await anybody.get('/v1/faults:echo');
    assert.equal(body.text, '');
    assert.equal(body.caller, 'anonymous');
    assert.match(String(body.deadlineMs), /^[0-9]+$/);
    assert.equal(typeof body.metadata, 'object');
  });

  it('takes names in both spellings', async () => {
    for (const name of ['requestId', 'request_id']) {
      assert.equal((await anybody.get(`/v1/faults:echo?${name}=r-1`)).body.requestId, 'r-1');
    }
  });

  it('keeps text beyond ASCII', async () => {
    assert.equal((await anybody.get(`/v1/faults:echo?text=${encodeURIComponent('₹5 ऑफ़र 🎉')}`)).body.text, '₹5 ऑफ़र 🎉');
  });

  it('may be kept by nobody, unless the service says so', async () => {
    const { headers } = await anybody.get('/v1/faults:echo');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
  });

  it('tells nothing of gRPC and Envoy', async () => {
    for (const path of ['/v1/faults:echo', '/v1/faults/5', '/healthz']) {
      const { headers } = await anybody.get(path);
      for (const [name] of headers) assert.doesNotMatch(name, /^(grpc-|x-envoy-)/, path);
    }
  });

  it('is compressed for who can read it, by Brotli before gzip', async () => {
    for (const [accepted, used] of [
      ['gzip', 'gzip'],
      ['gzip, br', 'br'],
    ] as const) {
      const response = await fetch(`${gatewayUrl}/v1/openapi.json`, { headers: { 'accept-encoding': accepted } });
      assert.equal(response.headers.get('content-encoding'), used);
      assert.ok(((await response.json()) as { openapi: string }).openapi);
    }
  });
});

describe('a request id', () => {
  it("is the gateway's own, the same for the service and in the answer", async () => {
    const { body, headers } = await anybody.get('/v1/faults:echo', { headers: { 'x-request-id': 'mine' } });
    const seen = (body.metadata as Record<string, string>)['x-request-id'];
    assert.match(seen ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(headers.get('x-request-id'), seen);
  });
});

describe('identity', () => {
  const claimed = { 'x-user-id': 'evil', 'x-user-roles': 'admin', 'x-actor-id': 'evil' };

  it('cannot be claimed by headers', async () => {
    const { body } = await anybody.get('/v1/faults:echo', { headers: claimed });
    assert.equal(body.caller, 'anonymous');
    assert.equal(body.actorId, '');
    assert.doesNotMatch(JSON.stringify(body), /evil|admin/);
  });

  it('comes from the token, which the service gets and verifies again', async () => {
    const { body } = await restClient(gatewayUrl, await token()).get('/v1/faults:echo', { headers: claimed });
    assert.equal(body.caller, `user:${userId}`);
    assert.equal((body.metadata as Record<string, string>)['x-user-id'], userId);
    assert.doesNotMatch(JSON.stringify(body), /evil|admin/);
  });

  it('comes from a token of the app for seven days, in either of its headers', async () => {
    const appToken = await stackKeys().user({ userId, audience: 'doffers-app', expiresInSeconds: 7 * 24 * 3_600 });
    for (const headers of [{ 'x-access-token': appToken }, { authorization: `Bearer ${appToken}` }]) {
      assert.equal((await anybody.get('/v1/faults:echo', { headers })).body.caller, `user:${userId}`);
    }
  });

  it('cannot be a service from outside', async () => {
    const identity = await stackKeys().identity('gateway-test');
    const headers = { 'x-service-authorization': `Bearer ${await identity.tokenFor('mobile')}` };
    assert.equal((await anybody.get('/v1/faults:echo', { headers })).body.caller, 'anonymous');
  });
});

describe('time', () => {
  it('is limited for the service a little before the gateway gives up', async () => {
    const deadlineMs = Number((await anybody.get('/v1/faults:echo')).body.deadlineMs);
    assert.ok(deadlineMs > 0 && deadlineMs <= 4_900, String(deadlineMs));
  });

  it('is not set by REST callers', async () => {
    const headers = { 'grpc-timeout': '1m', 'x-envoy-upstream-rq-timeout-ms': '1' };
    const { status } = await anybody.get('/v1/faults:wait?delayMs=200', { headers });
    assert.equal(status, 200);
  });
});

type Message = { number: number; last: boolean };

/** Reads server-sent events as they come. */
async function* events(path: string, signal?: AbortSignal): AsyncGenerator<Message> {
  const response = await fetch(gatewayUrl + path, signal ? { signal } : {});
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const complete = text.split('\n\n');
    text = complete.pop() ?? '';
    for (const event of complete) yield JSON.parse(event.replace(/^data: /, '')) as Message;
  }
  assert.equal(text, '');
}

describe('a stream', () => {
  it('sends each message as an event', async () => {
    const numbers = [];
    for await (const { number, last } of events('/v1/faults:stream?count=3')) numbers.push([number, last]);
    assert.deepEqual(numbers, [
      [1, false],
      [2, false],
      [3, true],
    ]);
  });

  it('sends it at once, without waiting for the next', async () => {
    const done = new AbortController();
    for await (const { number } of events('/v1/faults:stream?count=1000&delayMs=100', done.signal)) {
      assert.equal(number, 1); // the thousandth is 100 seconds away, beyond every timeout of this test
      break;
    }
    done.abort();
  });

  it('that fails before its first message is an error like any other', async () => {
    const { status, body } = await anybody.get('/v1/faults:stream?count=3&failAt=1');
    assert.equal(status, 503);
    assert.equal(body.code, 14);
  });

  it('that breaks on the way ends without its last message, which is how a client knows', async () => {
    const seen = [];
    for await (const message of events('/v1/faults:stream?count=3&failAt=3')) seen.push(message);
    assert.deepEqual(
      seen.map(({ last }) => last),
      [false, false],
    );
  });
});

describe('what the gateway serves by itself', () => {
  it('is its health', async () => {
    assert.equal((await anybody.get('/healthz')).status, 200);
  });

  it("are auth's public keys and nothing secret", async () => {
    const { status, body } = await anybody.get('/.well-known/jwks.json');
    assert.equal(status, 200);
    const keys = body.keys as Record<string, string>[];
    assert.ok(keys.length > 0);
    for (const key of keys) {
      assert.equal(key.alg, 'ES256');
      assert.equal(key.d, undefined);
    }
  });

  it('is a page for people that needs nothing from elsewhere', async () => {
    const response = await fetch(`${gatewayUrl}/docs`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const html = await response.text();
    assert.match(html, /id="ShopService_CreateShop"/);
    assert.doesNotMatch(html, /<script|src=|href="http/);
  });
});
