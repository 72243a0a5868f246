import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createExchange, type Exchange } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function listen(context: TestContext, handler: Handler): Promise<{ server: Server; origin: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function open(context: TestContext, origin: string, options = {}): Exchange {
  const exchange = createExchange({ origin, connections: 4, deadlineMs: 2_000, ...options });
  context.after(() => exchange.close());
  return exchange;
}

const post = { method: 'POST', path: '/x', body: '{}' } as const;

test('returns the answer with status, headers and text, whatever the status is', async (context) => {
  const { origin } = await listen(context, (request, response) => {
    response.writeHead(429, { 'retry-after': '2' }).end(`${request.method} ${String(request.headers['x-key'])} ₹`);
  });
  const outcome = await open(context, origin).send({ ...post, headers: { 'x-key': 'k' } });
  assert.ok(outcome.kind === 'reply');
  assert.equal(outcome.status, 429);
  assert.equal(outcome.headers['retry-after'], '2');
  assert.equal(outcome.body, 'POST k ₹');
});

test('proves that nothing was sent when nobody listens', async (context) => {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const outcome = await open(context, `http://127.0.0.1:${port}`).send(post);
  assert.deepEqual(outcome, { kind: 'not_sent', reason: 'ECONNREFUSED' });
});

test('is unknown when the connection is cut after the request, and sends it once', async (context) => {
  let requests = 0;
  const { origin } = await listen(context, (request) => {
    requests++;
    request.socket.destroy();
  });
  assert.deepEqual(await open(context, origin).send(post), { kind: 'unknown', reason: 'cut' });
  assert.equal(requests, 1);
});

test('is unknown when the answer stops in the middle, and tells the status', async (context) => {
  const { origin } = await listen(context, (request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => request.socket.destroy());
  });
  assert.deepEqual(await open(context, origin).send(post), { kind: 'unknown', reason: 'cut', status: 200 });
});

test('is unknown when no answer comes before the deadline', async (context) => {
  const { origin } = await listen(context, () => {});
  const outcome = await open(context, origin, { deadlineMs: 50 }).send(post);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'deadline' });
});

test('is unknown when the answer drips past the deadline', async (context) => {
  const { origin } = await listen(context, (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('drip');
  });
  const outcome = await open(context, origin, { deadlineMs: 100 }).send(post);
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'deadline', status: 200 });
});

test('proves that a request which never got a connection was not sent, and never sends it later', async (context) => {
  const seen: (string | undefined)[] = [];
  const release: (() => void)[] = [];
  const { origin } = await listen(context, (request, response) => {
    seen.push(request.url);
    release.push(() => response.end('late'));
  });
  const exchange = open(context, origin, { connections: 1, deadlineMs: 400 });
  const first = exchange.send({ ...post, path: '/first' });
  const cancel = new AbortController();
  const second = exchange.send({ ...post, path: '/second', signal: cancel.signal });
  cancel.abort();
  assert.deepEqual(await second, { kind: 'not_sent', reason: 'cancelled' });
  while (release.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  release[0]?.();
  assert.equal((await first).kind, 'reply');
  const third = exchange.send({ ...post, path: '/third' });
  while (release.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  release[1]?.();
  await third;
  assert.deepEqual(seen, ['/first', '/third']);
});

test('is unknown when the caller cancels a request that is on the wire', async (context) => {
  const cancel = new AbortController();
  const { origin } = await listen(context, () => cancel.abort());
  const outcome = await open(context, origin).send({ ...post, signal: cancel.signal });
  assert.deepEqual(outcome, { kind: 'unknown', reason: 'cancelled' });
});

test('keeps its connections', async (context) => {
  const sockets = new Set<unknown>();
  const { origin } = await listen(context, (request, response) => {
    sockets.add(request.socket);
    response.end('ok');
  });
  const exchange = open(context, origin, { connections: 2 });
  for (let round = 0; round < 20; round++) await Promise.all([exchange.send(post), exchange.send(post)]);
  assert.ok(sockets.size <= 2, `${sockets.size} connections`);
});
