import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { Role } from '@doffers/proto/access/v1/access';
import { EchoRequestSchema, FaultService } from '@doffers/proto/fault/v1/fault_service';
import { credentials, Client as GrpcClient, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { Registry } from 'prom-client';
import { type CallContext, createFaultHandlers, createRpcServer, createTokenVerifier, type Handlers } from './index.ts';
import { faultServiceWith } from './test/fault-variant.ts';
import { collect, failureOf, identityOf, recordingLog, startLoopback, until, userToken } from './test/loopback.ts';

type EchoHandler = Handlers<typeof FaultService>['echo'];

const outcomeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'allowed',
    (error: unknown) => (error instanceof DomainError ? `${error.code} ${error.reason}` : String(error)),
  );

/** Calls without our client, to see and send what is really on the wire. */
async function rawCall(address: string, path: string, request: Uint8Array, headers: Record<string, string> = {}) {
  const channel = new GrpcClient(address, credentials.createInsecure());
  try {
    return await new Promise<{ error: ServiceError | null; headers: Metadata; response: Buffer | undefined }>(
      (resolve) => {
        let received = new Metadata();
        const metadata = Metadata.fromHttp2Headers(headers);
        channel
          .makeUnaryRequest<Uint8Array, Buffer>(
            path,
            Buffer.from,
            (bytes) => bytes,
            request,
            metadata,
            (error, response) => resolve({ error, headers: received, response }),
          )
          .on('metadata', (got) => (received = got));
      },
    );
  } finally {
    channel.close();
  }
}

const echoPath = '/doffers.fault.v1.FaultService/Echo';
const emptyEcho = toBinary(EchoRequestSchema, create(EchoRequestSchema));

/** Serves Echo with this handler and answers what reached it. */
async function contextOf(headers: Record<string, string>, use: (context: CallContext) => void = () => undefined) {
  let seen: CallContext | undefined;
  await using loopback = await startLoopback({
    handlers: {
      async echo(_request, context) {
        seen = context;
        use(context);
        return {};
      },
    },
  });
  const result = await rawCall(loopback.address, echoPath, emptyEcho, headers);
  assert.ok(seen, result.error?.message);
  return { context: seen, ...result };
}

// Before it starts

test('refuses to start with a method that does not say who may call it', () => {
  const tokens = createTokenVerifier({ self: 'user', jwks: { keys: [] }, servicesJwks: { keys: [] } });
  const server = createRpcServer({ log: recordingLog().log, tokens });
  const service = faultServiceWith({ Wait: 'missing' });
  assert.throws(() => server.add(service, createFaultHandlers()), /FaultService\/Wait: the option .* is missing/);
});

test('refuses to start with a method that nobody handles', () => {
  const tokens = createTokenVerifier({ self: 'user', jwks: { keys: [] }, servicesJwks: { keys: [] } });
  const server = createRpcServer({ log: recordingLog().log, tokens });
  const { wait: _, ...incomplete } = createFaultHandlers();
  assert.throws(() => server.add(FaultService, incomplete as Handlers<typeof FaultService>), /no handler for Wait/);
});

test('refuses to listen on a port that is taken', async () => {
  await using first = await startLoopback();
  await assert.rejects(startLoopback({ port: Number(first.address.split(':')[1]) }), /EADDRINUSE/);
});

// Who may call

test('enforces the access option of each method', async () => {
  const service = faultServiceWith({
    Echo: { roles: [Role.SHOPKEEPER] },
    Fail: { internal: true },
    Wait: { roles: [Role.ADMIN], minAal: 2 },
  });
  await using loopback = await startLoopback({ service });
  const stranger = loopback.client();
  const asService = loopback.client({ identity: identityOf('offer') });
  const as = async (claims: Record<string, unknown>) => ({
    metadata: { authorization: `Bearer ${await userToken(claims)}` },
  });

  assert.equal(await outcomeOf(stranger.echo({})), 'unauthenticated TOKEN_MISSING');
  assert.equal(
    await outcomeOf(stranger.echo({}, await as({ roles: ['customer'] }))),
    'permission_denied ROLE_REQUIRED',
  );
  assert.equal(await outcomeOf(stranger.echo({}, await as({ roles: ['shopkeeper'] }))), 'allowed');
  assert.equal(await outcomeOf(asService.echo({})), 'permission_denied ROLE_REQUIRED');
  assert.equal(await outcomeOf(asService.echo({}, await as({ roles: ['shopkeeper'] }))), 'allowed');

  assert.match(await outcomeOf(stranger.fail({ code: 0 })), /INTERNAL_ONLY/);
  assert.match(await outcomeOf(stranger.fail({ code: 0 }, await as({ roles: ['admin'] }))), /INTERNAL_ONLY/);
  assert.equal(await outcomeOf(asService.fail({ code: 0 })), 'allowed');

  assert.equal(
    await outcomeOf(stranger.wait({}, await as({ roles: ['admin'] }))),
    'permission_denied SECOND_FACTOR_REQUIRED',
  );
  assert.equal(await outcomeOf(stranger.wait({}, await as({ roles: ['admin'], aal: 2 }))), 'allowed');
});

test('refuses a bad token on a public method too', async () => {
  await using loopback = await startLoopback();
  const call = (token: string) => outcomeOf(loopback.client().echo({}, { metadata: { authorization: token } }));
  assert.equal(await call('Bearer abc'), 'unauthenticated TOKEN_INVALID');
  const expired = await userToken({ iat: 1, exp: 2 });
  assert.equal(await call(`Bearer ${expired}`), 'unauthenticated TOKEN_EXPIRED');
  assert.equal(await outcomeOf(loopback.client().echo({})), 'allowed');
});

test('a stranger learns nothing about the shape of a request: access is decided before it is read', async () => {
  await using loopback = await startLoopback({ service: faultServiceWith({ Echo: { internal: true } }) });
  const { error } = await rawCall(loopback.address, echoPath, Buffer.from('not protobuf'));
  assert.equal(error?.code, status.PERMISSION_DENIED);
});

// What reaches the handler

test('refuses bytes that are not the request message, as a mistake of the caller', async () => {
  await using loopback = await startLoopback();
  const { error } = await rawCall(loopback.address, echoPath, Buffer.from([0xff]));
  assert.equal(error?.code, status.INVALID_ARGUMENT);
  assert.ok(loopback.lines.every(({ level }) => level !== 'error'));
});

test('validates every request before its handler', async () => {
  let handled = 0;
  const echo: EchoHandler = async () => {
    handled += 1;
    return {};
  };
  await using loopback = await startLoopback({ handlers: { echo } });
  const error = await failureOf(loopback.client().echo({ text: 'x'.repeat(201), pincodes: ['560001', 'no'] }));
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['invalid_argument', 'VALIDATION']);
  assert.deepEqual(
    error.fields.map(({ field }) => field),
    ['text', 'pincodes[1]'],
  );
  assert.equal(handled, 0);
});

test('validates the request of a stream too', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(collect(loopback.client().stream({ count: -1 })));
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'VALIDATION');
});

test('the handler sees who calls, directly or through a service', async () => {
  await using loopback = await startLoopback();
  const metadata = { authorization: `Bearer ${await userToken({ sub: 'u-7' })}` };
  const asService = loopback.client({ identity: identityOf('offer') });
  const callers = await Promise.all([
    loopback.client().echo({}),
    loopback.client().echo({}, { metadata }),
    asService.echo({}),
    asService.echo({}, { metadata }),
  ]);
  assert.deepEqual(
    callers.map(({ caller }) => caller),
    ['anonymous', 'user:u-7', 'service:offer', 'service:offer for user:u-7'],
  );
});

test('takes the request id of the caller, or makes one when it is missing or unfit for logs', async () => {
  assert.equal((await contextOf({ 'x-request-id': 'abc-1:2.3_4' })).context.requestId, 'abc-1:2.3_4');
  const uuid = /^[0-9a-f]{8}-/;
  assert.match((await contextOf({})).context.requestId, uuid);
  assert.match((await contextOf({ 'x-request-id': 'a b' })).context.requestId, uuid);
  assert.match((await contextOf({ 'x-request-id': 'x'.repeat(65) })).context.requestId, uuid);
});

test('the address of the client is the last hop that the gateway saw, whatever the client claims', async () => {
  const { context } = await contextOf({ 'x-forwarded-for': '6.6.6.6, 203.0.113.9' });
  assert.equal(context.clientAddress, '203.0.113.9');
});

test('behind a load balancer the gateway knows better, and its word goes before the last hop', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9, 10.0.0.1', 'x-envoy-external-address': '203.0.113.9' };
  assert.equal((await contextOf(headers)).context.clientAddress, '203.0.113.9');
});

test('without a gateway the address of the client is that of its connection', async () => {
  assert.equal((await contextOf({})).context.clientAddress, '127.0.0.1');
});

test('an actor that a stranger claims is ignored; a service may name one, as audit data', async () => {
  assert.equal((await contextOf({ 'x-actor-id': 'u-9' })).context.actorId, undefined);
  const serviceToken = await identityOf('offer').tokenFor('user');
  const headers = { 'x-actor-id': 'u-9', 'x-service-authorization': `Bearer ${serviceToken}` };
  assert.equal((await contextOf(headers)).context.actorId, 'u-9');
  const withUser = { ...headers, authorization: `Bearer ${await userToken({ sub: 'u-1' })}` };
  assert.equal((await contextOf(withUser)).context.actorId, 'u-1');
});

test('other metadata can be read by name', async () => {
  const { context } = await contextOf({ 'x-hub-signature-256': 'sha256=ab' });
  assert.equal(context.metadata('X-Hub-Signature-256'), 'sha256=ab');
  assert.equal(context.metadata('x-missing'), undefined);
});

// What leaves the handler

test('headers set by the handler go out before the message, repeated ones too', async () => {
  const { headers } = await contextOf({}, (context) => {
    context.setHeader('etag', '"7"');
    context.setHeader('set-cookie', 'a=1');
    context.setHeader('set-cookie', 'b=2');
  });
  assert.deepEqual(headers.get('etag'), ['"7"']);
  assert.deepEqual(headers.get('set-cookie'), ['a=1', 'b=2']);
});

test('created() asks the gateway for 201 and the location', async () => {
  const { headers } = await contextOf({}, (context) => context.created('/v1/offers/o-1'));
  assert.deepEqual(headers.get('x-http-status'), ['201']);
  assert.deepEqual(headers.get('location'), ['/v1/offers/o-1']);
});

test('a header after the first message is a bug that shows', async () => {
  await using loopback = await startLoopback({
    handlers: {
      async *stream(_request, context) {
        yield { number: 1 };
        context.setHeader('etag', '"7"');
      },
    },
  });
  assert.match(String(await failureOf(collect(loopback.client().stream({})))), /UpstreamError.*INTERNAL/);
  assert.match(String(loopback.lines[0]?.fields['err']), /too late for header etag/);
});

test('an answer that does not fit its message is a bug of ours: INTERNAL, logged', async () => {
  await using loopback = await startLoopback({ handlers: { wait: async () => ({ delayMs: 1.5 }) } });
  assert.match(String(await failureOf(loopback.client().wait({}))), /UpstreamError/);
  assert.equal(loopback.lines[0]?.level, 'error');
});

test('a bug answers INTERNAL without its text, and is logged with its stack and the request id', async () => {
  await using loopback = await startLoopback();
  const { error } = await rawCall(loopback.address, '/doffers.fault.v1.FaultService/Fail', Buffer.from([16, 2]), {
    'x-request-id': 'r-1',
  });
  assert.equal(error?.code, status.INTERNAL);
  assert.equal(error.details, 'internal error');
  const [line, ...others] = loopback.lines;
  assert.equal(others.length, 0);
  assert.equal(line?.level, 'error');
  assert.equal(line.fields['requestId'], 'r-1');
  assert.equal(line.fields['rpc'], 'doffers.fault.v1.FaultService/Fail');
  const { err } = line.fields;
  assert.ok(err instanceof Error);
  assert.match(err.stack ?? '', /secret.*fault-service\.ts/s);
});

test('an error that the server is told to recognise is a refusal, with its cause in the log; others stay bugs', async () => {
  const outage = new Error('connect ECONNREFUSED');
  const recognise = (error: unknown) =>
    error === outage ? new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'try again', { cause: error }) : error;
  const echo: EchoHandler = async () => {
    throw outage;
  };
  await using loopback = await startLoopback({ handlers: { echo }, asRefusal: recognise });
  assert.equal(await outcomeOf(loopback.client().echo({})), 'unavailable DATABASE_UNAVAILABLE');
  assert.match(await outcomeOf(loopback.client().fail({ code: 13 })), /UpstreamError/);
  const [refused, bug] = loopback.lines;
  assert.deepEqual([refused?.level, bug?.level], ['warn', 'error']);
  assert.ok(refused?.fields['err'] instanceof DomainError && refused.fields['err'].cause === outage);
});

test('a refusal is one log line at info, without what was sent', async () => {
  await using loopback = await startLoopback();
  await failureOf(loopback.client().echo({ text: 'Asha', pincodes: ['9999999999'] }));
  assert.equal(loopback.lines.length, 1);
  const [line] = loopback.lines;
  assert.equal(line?.level, 'info');
  const { code, reason, caller } = line.fields;
  assert.deepEqual({ code, reason, caller }, { code: 'invalid_argument', reason: 'VALIDATION', caller: 'anonymous' });
  assert.ok(!/Asha|9999999999/.test(JSON.stringify(line)));
});

test('what is down or too slow is a warning with its cause', async () => {
  await using loopback = await startLoopback();
  await failureOf(loopback.client({ retry: 'never' }).fail({ code: status.UNAVAILABLE }));
  assert.deepEqual(
    loopback.lines.map(({ level }) => level),
    ['warn'],
  );
});

test('a call that succeeds writes no log line', async () => {
  await using loopback = await startLoopback();
  await loopback.client().echo({});
  assert.deepEqual(loopback.lines, []);
});

test('an error carries retry-after to the caller', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(loopback.client().fail({ code: status.RESOURCE_EXHAUSTED }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.retryAfterSeconds, 3);
});

test('a method that does not exist is UNIMPLEMENTED', async () => {
  await using loopback = await startLoopback();
  const { error } = await rawCall(loopback.address, '/doffers.fault.v1.FaultService/Nothing', Buffer.from([]));
  assert.equal(error?.code, status.UNIMPLEMENTED);
});

// Ends before the handler does

test('the signal aborts when the deadline passes, and its reason says so', async () => {
  let reason: unknown;
  await using loopback = await startLoopback({
    handlers: {
      async wait(_request, { signal }) {
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        reason = signal.reason;
        signal.throwIfAborted();
        return {};
      },
    },
  });
  await loopback.client().echo({}); // connecting takes longer than the deadline of the next call may be
  const error = await failureOf(loopback.client().wait({}, { timeoutMs: 50 }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'deadline_exceeded');
  await until(() => loopback.lines.length > 0, 'the log line');
  assert.ok(reason instanceof DomainError);
  assert.equal(reason.code, 'deadline_exceeded');
  assert.deepEqual([loopback.lines[0]?.level, loopback.lines[0]?.fields['code']], ['warn', 'deadline_exceeded']);
});

test('the signal aborts when the caller goes away, which is no fault of anybody', async () => {
  await using loopback = await startLoopback();
  const controller = new AbortController();
  const call = loopback.client().wait({ delayMs: 60_000 }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await failureOf(call);
  await until(() => loopback.lines.length > 0, 'the log line');
  assert.deepEqual([loopback.lines[0]?.level, loopback.lines[0]?.fields['code']], ['debug', 'cancelled']);
});

test('a bug in a cancelled call is still a bug', async () => {
  await using loopback = await startLoopback({
    handlers: {
      async wait(_request, { signal }) {
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        throw new TypeError('x is undefined');
      },
    },
  });
  await loopback.client().echo({}); // connecting takes longer than the deadline of the next call may be
  await failureOf(loopback.client().wait({}, { timeoutMs: 50 }));
  await until(() => loopback.lines.length > 0, 'the log line');
  assert.equal(loopback.lines[0]?.level, 'error');
});

test('an answer that comes after the deadline counts as late, also when the handler did not notice', async () => {
  await using loopback = await startLoopback({
    handlers: {
      async wait() {
        await sleep(150);
        return {};
      },
    },
  });
  await loopback.client().echo({}); // connecting takes longer than the deadline of the next call may be
  await failureOf(loopback.client().wait({}, { timeoutMs: 50 }));
  await until(() => loopback.lines.length > 0, 'the log line');
  assert.equal(loopback.lines[0]?.fields['code'], 'deadline_exceeded');
});

test('the signal of a call that succeeded never aborts', async () => {
  const { context } = await contextOf({});
  await sleep(20);
  assert.equal(context.signal.aborted, false);
});

test('a handler sees the deadline of its caller, and none where there is none', async () => {
  await using loopback = await startLoopback();
  const { deadlineMs } = await loopback.client().echo({}, { timeoutMs: 30_000 });
  assert.ok(deadlineMs !== undefined && deadlineMs > 20_000n && deadlineMs <= 30_000n, String(deadlineMs));
  assert.equal((await contextOf({})).context.deadline, undefined);
});

// Metrics

test('counts every call with service, method and status', async () => {
  const metrics = new Registry();
  await using loopback = await startLoopback({ metrics });
  await loopback.client().echo({});
  await failureOf(loopback.client().fail({ code: status.NOT_FOUND }));
  await failureOf(loopback.client().fail({ code: 0, style: 2 }));
  await collect(loopback.client().stream({ count: 2 }));
  const text = await metrics.metrics();
  for (const [method, code] of [
    ['Echo', 'OK'],
    ['Fail', 'NOT_FOUND'],
    ['Fail', 'INTERNAL'],
    ['Stream', 'OK'],
  ]) {
    const line = `grpc_server_handling_seconds_count{service="doffers.fault.v1.FaultService",method="${method}",code="${code}"} 1`;
    assert.ok(text.includes(line), `${line} is missing in\n${text}`);
  }
});

test('counts a call that ran out of time as DEADLINE_EXCEEDED', async () => {
  const metrics = new Registry();
  await using loopback = await startLoopback({ metrics });
  await loopback.client().echo({}); // connecting takes longer than the deadline of the next call may be
  await failureOf(loopback.client().wait({ delayMs: 60_000 }, { timeoutMs: 30 }));
  await until(() => loopback.lines.length > 0, 'the end of the call on the server');
  assert.match(await metrics.metrics(), /method="Wait",code="DEADLINE_EXCEEDED"/);
});

// Shutdown

test('drain lets a call in flight finish and refuses new ones', async () => {
  await using loopback = await startLoopback();
  const client = loopback.client({ retry: 'never' });
  const inFlight = client.wait({ delayMs: 200 });
  await client.echo({});
  const drained = loopback.server.drain(5_000);
  assert.equal((await inFlight).delayMs, 200);
  await drained;
  assert.match(await outcomeOf(client.echo({})), /unavailable SERVICE_UNAVAILABLE/);
});

test('drain cuts calls that outlast the grace, and their handlers notice', async () => {
  await using loopback = await startLoopback();
  const client = loopback.client({ retry: 'never', timeoutMs: 60_000 });
  const stuck = client.wait({ delayMs: 50_000 });
  await client.echo({});
  const [error] = await Promise.all([failureOf(stuck), loopback.server.drain(50)]);
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'SERVICE_UNAVAILABLE');
  await until(() => loopback.lines.length > 0, 'the handler notices');
});

test('drain serves on for a moment after it said NOT_SERVING, so that load balancers can look elsewhere', async () => {
  await using loopback = await startLoopback({ unreadyMs: 100 });
  const client = loopback.client({ retry: 'never' });
  await client.echo({});
  const drained = loopback.server.drain(5_000);
  assert.equal(await outcomeOf(client.echo({})), 'allowed');
  await drained;
});
