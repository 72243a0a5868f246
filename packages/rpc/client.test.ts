import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { TextService } from '@doffers/proto/ai/v1/text_service';
import { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { status } from '@grpc/grpc-js';
import { Registry } from 'prom-client';
import { channelTo, closeChannels } from './channel.ts';
import { createRpcClient, currentCall, type Handlers, runInCall, UpstreamError } from './index.ts';
import { patienceMs } from './outgoing-call.ts';
import { isIdempotent } from './retry.ts';
import { faultServiceWith } from './test/fault-variant.ts';
import { clientOf, collect, failureOf, first, identityOf, startLoopback, until, userToken } from './test/loopback.ts';

type Fault = Handlers<typeof FaultService>;

/** A front server whose Echo runs `work`, which calls the server behind with its own client. */
async function startChain(work: (behind: ReturnType<typeof backOf>) => Promise<unknown>) {
  const back = await startLoopback();
  const behind = backOf(back.address);
  const echo: Fault['echo'] = async () => {
    await work(behind);
    return {};
  };
  const front = await startLoopback({ handlers: { echo } });
  return {
    front,
    back,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await back[Symbol.asyncDispose]();
    },
  };
}

const backOf = (address: string) => clientOf(FaultService, address, { identity: identityOf('offer') });

// What a call carries

test('a call inside a handler carries request id, person, actor, trace and address of the call being served', async () => {
  let echoed: Awaited<ReturnType<ReturnType<typeof backOf>['echo']>> | undefined;
  await using chain = await startChain(async (behind) => {
    echoed = await behind.echo({});
  });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const metadata = {
    authorization: `Bearer ${await userToken({ sub: 'u-7' })}`,
    'x-request-id': 'r-1',
    'x-forwarded-for': '203.0.113.9',
    traceparent,
  };
  await chain.front.client().echo({}, { metadata });
  assert.equal(echoed?.caller, 'service:offer for user:u-7');
  assert.equal(echoed.actorId, 'u-7');
  assert.equal(echoed.clientAddress, '203.0.113.9');
  assert.equal(echoed.metadata['x-request-id'], 'r-1');
  assert.equal(echoed.metadata['traceparent'], traceparent);
});

test('the token of the app is passed on as any other', async () => {
  let caller: string | undefined;
  await using chain = await startChain(async (behind) => {
    caller = (await behind.echo({})).caller;
  });
  const token = await userToken({ sub: 'u-8', aud: 'doffers-app' });
  await chain.front.client().echo({}, { metadata: { 'x-access-token': token } });
  assert.equal(caller, 'service:offer for user:u-8');
});

test('a call inside a handler has what is left of the deadline, not a new one', async () => {
  let left: bigint | undefined;
  await using chain = await startChain(async (behind) => {
    left = (await behind.echo({}, { timeoutMs: 60_000 })).deadlineMs;
  });
  await chain.front.client().echo({}, { timeoutMs: 2_000 });
  assert.ok(left !== undefined && left > 0n && left <= 2_000n, String(left));
});

test('a call inside a handler may be shorter than what is left', async () => {
  let left: bigint | undefined;
  await using chain = await startChain(async (behind) => {
    left = (await behind.echo({}, { timeoutMs: 1_000 })).deadlineMs;
  });
  await chain.front.client().echo({}, { timeoutMs: 60_000 });
  assert.ok(left !== undefined && left <= 1_000n, String(left));
});

test('a call inside a handler ends when the caller of the handler goes away', async () => {
  await using chain = await startChain((behind) => behind.wait({ delayMs: 50_000 }));
  const controller = new AbortController();
  const call = chain.front.client({ timeoutMs: 60_000 }).echo({}, { signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await failureOf(call);
  await until(() => chain.back.lines.length > 0, 'the call behind ends');
  assert.equal(chain.back.lines[0]?.fields['code'], 'cancelled');
});

test('a stream inside a handler ends with the deadline of the call being served', async () => {
  await using chain = await startChain((behind) => collect(behind.stream({ count: 1000, delayMs: 50 })));
  const error = await failureOf(chain.front.client().echo({}, { timeoutMs: 150 }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'deadline_exceeded');
  await until(() => chain.back.lines.length > 0, 'the stream behind ends');
});

test('a background call carries its request id and actor, but no person and no deadline of anybody', async () => {
  await using loopback = await startLoopback();
  const client = backOf(loopback.address);
  const echoed = await runInCall({ requestId: 'campaign/1/hold', actorId: 'u-9' }, () => client.echo({}));
  assert.deepEqual([echoed.caller, echoed.actorId], ['service:offer', 'u-9']);
});

test('runInCall detaches from the call being served', async () => {
  let seen: { caller: string; deadline: Date | undefined; left: bigint | undefined } | undefined;
  await using chain = await startChain((behind) =>
    runInCall({ requestId: 'r-2' }, async () => {
      const { caller, deadlineMs } = await behind.echo({}, { timeoutMs: 60_000 });
      seen = { caller, deadline: currentCall()?.deadline, left: deadlineMs };
    }),
  );
  await chain.front.client().echo({}, { timeoutMs: 2_000, metadata: { authorization: `Bearer ${await userToken()}` } });
  assert.equal(seen?.caller, 'service:offer');
  assert.equal(seen.deadline, undefined);
  assert.ok(seen.left !== undefined && seen.left > 10_000n);
});

test('a background call may have a deadline of its own', async () => {
  await using loopback = await startLoopback();
  const client = backOf(loopback.address);
  const { deadlineMs } = await runInCall({ deadline: new Date(Date.now() + 500) }, () => client.echo({}));
  assert.ok(deadlineMs !== undefined && deadlineMs <= 500n);
});

test('without an identity a call is a stranger, wherever it is made', async () => {
  await using loopback = await startLoopback({ service: faultServiceWith({ Echo: { internal: true } }) });
  assert.ok((await failureOf(loopback.client().echo({}))) instanceof UpstreamError);
});

// Deadlines and signals

test('no unary call waits longer than the deadline of its client', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(loopback.client({ timeoutMs: 50 }).wait({ delayMs: 50_000 }));
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['deadline_exceeded', 'DEADLINE_EXCEEDED']);
});

test('a client that is not told otherwise waits five seconds at most', async () => {
  await using loopback = await startLoopback();
  const { deadlineMs } = await loopback.client().echo({});
  assert.ok(deadlineMs !== undefined && deadlineMs > 4_000n && deadlineMs <= 5_000n, String(deadlineMs));
});

test('a method that says how long it takes is given that time', () => {
  assert.equal(patienceMs(TextService.method.generateText, 5_000), 35_000);
  assert.equal(patienceMs(TextService.method.generateText, 60_000), 60_000);
  assert.equal(patienceMs(FaultService.method.wait, 5_000), 5_000);
});

test('an aborted signal cancels the call, and its reason is kept', async () => {
  await using loopback = await startLoopback();
  const controller = new AbortController();
  const call = loopback.client().wait({ delayMs: 4_000 }, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('the tab was closed')), 50);
  const error = await failureOf(call);
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'cancelled');
  assert.match(String(error.cause), /the tab was closed/);
  await until(() => loopback.lines.length > 0, 'the handler notices');
});

test('a signal that is kept for many calls collects no listeners', async () => {
  await using loopback = await startLoopback();
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) await loopback.client().echo({}, { signal });
  await failureOf(loopback.client().fail({ code: status.NOT_FOUND }, { signal }));
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('a signal that is aborted beforehand sends nothing', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(loopback.client().echo({ requestId: '1' }, { signal: AbortSignal.abort() }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'cancelled');
});

// Errors

test('a refusal arrives as it was thrown', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(loopback.client().fail({ code: status.INVALID_ARGUMENT }));
  assert.ok(error instanceof DomainError);
  assert.deepEqual(
    { code: error.code, reason: error.reason, info: { ...error.info }, fields: error.fields },
    {
      code: 'invalid_argument',
      reason: 'INVALID_ARGUMENT',
      info: { fault: 'wished' },
      fields: [{ field: 'fault.code', description: 'was wished for', reason: 'wished' }],
    },
  );
});

test('a refusal passes unchanged through a handler that does not catch it', async () => {
  await using chain = await startChain((behind) => behind.fail({ code: status.FAILED_PRECONDITION }));
  const error = await failureOf(chain.front.client().echo({}));
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['failed_precondition', 'FAILED_PRECONDITION']);
});

test('a bug behind is a bug in front: INTERNAL, and logged on both sides', async () => {
  await using chain = await startChain((behind) => behind.fail({ code: status.INTERNAL }));
  const error = await failureOf(chain.front.client().echo({}));
  assert.ok(error instanceof UpstreamError);
  assert.deepEqual([chain.front.lines[0]?.level, chain.back.lines[0]?.level], ['error', 'error']);
  assert.match(String(chain.front.lines[0]?.fields['err']), /UpstreamError: doffers\.fault\.v1\.FaultService\/Fail/);
});

test('a process that is set up with a wrong key shows INTERNAL to people, not a login', async () => {
  await using chain = await startChain(async () => undefined);
  const stranger = clientOf(FaultService, chain.back.address, {
    target: 'payment', // a token for another service than the one that answers
    identity: identityOf('offer'),
  });
  assert.match(String(await failureOf(stranger.echo({}))), /UpstreamError.*SERVICE_TOKEN_INVALID/);
});

// Retries

const unavailable = () => new DomainError('unavailable', 'WARMING_UP', 'try again in a moment');

/** Echo fails `failures` times before it works. */
function flaky(failures: number, error: () => Error = unavailable) {
  const state = { calls: 0 };
  const echo: Fault['echo'] = async () => {
    state.calls += 1;
    if (state.calls <= failures) throw error();
    return {};
  };
  return { state, handlers: { echo } };
}

test('repeats a command that carries a request id while the service is unavailable', async () => {
  const { state, handlers } = flaky(2);
  await using loopback = await startLoopback({ handlers });
  await loopback.client().echo({ requestId: 'pay-1' });
  assert.equal(state.calls, 3);
});

test('never repeats a command without a request id', async () => {
  const { state, handlers } = flaky(2);
  await using loopback = await startLoopback({ handlers });
  await failureOf(loopback.client().echo({}));
  assert.equal(state.calls, 1);
});

test('never repeats anything when told so', async () => {
  const { state, handlers } = flaky(2);
  await using loopback = await startLoopback({ handlers });
  await failureOf(loopback.client({ retry: 'never' }).echo({ requestId: 'pay-1' }));
  assert.equal(state.calls, 1);
});

for (const code of ['deadline_exceeded', 'resource_exhausted', 'aborted', 'not_found'] as const) {
  test(`never repeats after ${code}`, async () => {
    const { state, handlers } = flaky(2, () => new DomainError(code, 'REASON', 'no'));
    await using loopback = await startLoopback({ handlers });
    await failureOf(loopback.client().echo({ requestId: 'pay-1' }));
    assert.equal(state.calls, 1);
  });
}

test('never repeats after a bug', async () => {
  const { state, handlers } = flaky(2, () => new Error('bug'));
  await using loopback = await startLoopback({ handlers });
  await failureOf(loopback.client().echo({ requestId: 'pay-1' }));
  assert.equal(state.calls, 1);
});

test('gives up after five calls and answers the last refusal', async () => {
  const { state, handlers } = flaky(100);
  await using loopback = await startLoopback({ handlers });
  const error = await failureOf(loopback.client().echo({ requestId: 'pay-1' }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'WARMING_UP');
  assert.equal(state.calls, 5);
});

test('does not wait for a repetition that would come after the deadline', async () => {
  const late = () => new DomainError('unavailable', 'WARMING_UP', 'later', { retryAfterSeconds: 60 });
  const { state, handlers } = flaky(2, late);
  await using loopback = await startLoopback({ handlers });
  const error = await failureOf(loopback.client().echo({ requestId: 'pay-1' }));
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.reason, state.calls], ['WARMING_UP', 1]);
});

test('a call that was passed on from another service is repeated there, and not again here', async () => {
  const state = { calls: 0, callsBehind: 0 };
  await using back = await startLoopback({
    handlers: {
      async echo() {
        state.callsBehind += 1;
        throw unavailable();
      },
    },
  });
  const behind = backOf(back.address);
  await using front = await startLoopback({
    handlers: {
      async echo() {
        state.calls += 1;
        await behind.echo({ requestId: 'pay-1' });
        return {};
      },
    },
  });
  const error = await failureOf(backOf(front.address).echo({ requestId: 'pay-1' }));
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'WARMING_UP');
  assert.deepEqual(state, { calls: 1, callsBehind: 5 });
});

test('waits as long as it is asked to before it repeats a call', async () => {
  const { state, handlers } = flaky(
    1,
    () => new DomainError('unavailable', 'DATABASE_UNAVAILABLE', 'x', { retryAfterSeconds: 1 }),
  );
  await using loopback = await startLoopback({ handlers });
  const call = loopback.client().echo({ requestId: 'pay-1' });
  await new Promise((wait) => setTimeout(wait, 700));
  assert.equal(state.calls, 1);
  await call;
  assert.equal(state.calls, 2);
});

test('an abort ends the pause between repetitions', async () => {
  const { state, handlers } = flaky(
    100,
    () => new DomainError('unavailable', 'WARMING_UP', 'x', { retryAfterSeconds: 4 }),
  );
  await using loopback = await startLoopback({ handlers });
  const controller = new AbortController();
  const call = loopback.client().echo({ requestId: 'pay-1' }, { signal: controller.signal });
  await until(() => state.calls === 1, 'the first call');
  setTimeout(() => controller.abort(), 50);
  const error = await failureOf(call);
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, state.calls], ['cancelled', 1]);
});

test('survives the restart of a service: an idempotent call made meanwhile succeeds', async () => {
  const first = await startLoopback();
  const port = Number(first.address.split(':')[1]);
  const client = first.client();
  await client.echo({});
  await first.server.drain(0);
  const call = client.echo({ requestId: 'pay-1', text: 'still here' });
  await new Promise((resolve) => setTimeout(resolve, 60));
  await using second = await startLoopback({ port });
  assert.equal((await call).text, 'still here');
  assert.deepEqual(second.lines, []);
});

test('a service that is not there is refused at once, without waiting for the deadline', async () => {
  const gone = await startLoopback();
  await gone.server.drain(0);
  const startedAt = Date.now();
  const error = await failureOf(gone.client({ timeoutMs: 60_000, retry: 'never' }).echo({}));
  assert.ok(error instanceof DomainError);
  assert.equal(error.reason, 'SERVICE_UNAVAILABLE');
  assert.ok(Date.now() - startedAt < 30_000, 'it waited for the deadline');
  closeChannels();
});

test('reads, and commands with a request id, may be repeated; nothing else', () => {
  const { getShop, listShops, approveShop, createShop, updateShop } = ShopService.method;
  const request = (fields: object = {}) => ({ $typeName: 'doffers.x', ...fields });
  for (const read of [getShop, listShops]) assert.equal(isIdempotent(read, request()), true);
  for (const command of [approveShop, createShop, updateShop]) {
    assert.equal(isIdempotent(command, request()), false);
    assert.equal(isIdempotent(command, request({ requestId: '' })), false);
    assert.equal(isIdempotent(command, request({ requestId: 'r-1' })), true);
  }
});

// Channels and metrics

test('all clients of an address share one channel', () => {
  createRpcClient(FaultService, { target: 'user', address: '127.0.0.1:1' });
  assert.equal(channelTo('127.0.0.1:1'), channelTo('127.0.0.1:1'));
  assert.notEqual(channelTo('127.0.0.1:1'), channelTo('127.0.0.1:2'));
  closeChannels();
});

test('a closed channel is opened again by the next call', async () => {
  await using loopback = await startLoopback();
  const client = loopback.client();
  await client.echo({});
  closeChannels();
  await client.echo({});
});

test('counts calls made with service, method and status, retries as one call', async () => {
  const { handlers } = flaky(1);
  await using loopback = await startLoopback({ handlers });
  const metrics = new Registry();
  const client = loopback.client({ metrics });
  await client.echo({ requestId: 'pay-1' });
  await failureOf(client.fail({ code: status.NOT_FOUND }));
  await failureOf(client.fail({ code: status.INTERNAL }));
  await collect(client.stream({ count: 1 }));
  await first(client.stream({ count: 2 }));
  const text = await metrics.metrics();
  for (const [method, code] of [
    ['Echo', 'OK'],
    ['Fail', 'NOT_FOUND'],
    ['Fail', 'INTERNAL'],
    ['Stream', 'OK'],
    ['Stream', 'CANCELLED'],
  ]) {
    const line = `grpc_client_handling_seconds_count{service="doffers.fault.v1.FaultService",method="${method}",code="${code}"} 1`;
    assert.ok(text.includes(line), `${line} is missing in\n${text}`);
  }
});
