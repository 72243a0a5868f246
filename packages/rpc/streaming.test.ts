import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@doffers/errors';
import type { FaultService } from '@doffers/proto/fault/v1/fault_service';
import { currentCall, type Handlers } from './index.ts';
import { collect, failureOf, first, startLoopback, until } from './test/loopback.ts';

type StreamHandler = Handlers<typeof FaultService>['stream'];

const filling = new Uint8Array(64 * 1024);

/** Produces more than anybody reads, but never so much that a fault could take all memory, and lets the test watch. */
function watchedProducer(messages = 2_000) {
  const state = { produced: 0, ended: false, listeners: 0 };
  const stream: StreamHandler = async function* (_request, { signal }) {
    try {
      for (let number = 1; number <= messages; number++) {
        state.produced = number;
        state.listeners = Math.max(state.listeners, getEventListeners(signal, 'abort').length);
        yield { number, filling };
      }
    } finally {
      state.ended = true;
    }
  };
  return { state, stream };
}

/** Waits until the producer has stopped making progress, because nobody reads. */
async function untilBlocked(state: { produced: number }): Promise<number> {
  for (let seen = -1; seen !== state.produced; await sleep(100)) seen = state.produced;
  return state.produced;
}

test('messages arrive in order and the stream ends', async () => {
  await using loopback = await startLoopback();
  const messages = await collect(loopback.client().stream({ count: 500 }));
  assert.deepEqual(
    messages.map(({ number }) => number),
    Array.from({ length: 500 }, (_, index) => index + 1),
  );
  assert.equal(messages.at(-1)?.last, true);
});

test('a stream may be empty', async () => {
  await using loopback = await startLoopback();
  assert.deepEqual(await collect(loopback.client().stream({ count: 0 })), []);
});

test('headers go out with the first message, and also when there is none', async () => {
  await using loopback = await startLoopback({
    handlers: {
      async *stream({ count }, context) {
        context.setHeader('content-disposition', 'attachment');
        for (let number = 1; number <= count; number++) yield { number };
      },
    },
  });
  assert.equal((await collect(loopback.client().stream({ count: 2 }))).length, 2);
  assert.equal((await collect(loopback.client().stream({ count: 0 }))).length, 0);
  assert.deepEqual(loopback.lines, []);
});

test('what was sent before a failure arrives, then the failure with its reason', async () => {
  await using loopback = await startLoopback();
  const numbers: number[] = [];
  const error = await failureOf(async () => {
    for await (const { number } of loopback.client().stream({ count: 5, failAt: 4 })) numbers.push(number);
  });
  assert.deepEqual(numbers, [1, 2, 3]);
  assert.ok(error instanceof DomainError);
  assert.deepEqual([error.code, error.reason], ['unavailable', 'STREAM_BROKE']);
});

test('nothing is sent before somebody reads', async () => {
  const { state, stream } = watchedProducer();
  await using loopback = await startLoopback({ handlers: { stream } });
  loopback.client().stream({});
  await loopback.client().echo({});
  assert.equal(state.produced, 0);
});

test('a slow reader slows the producer down, and still gets everything', async () => {
  const { state, stream } = watchedProducer(600);
  await using loopback = await startLoopback({ handlers: { stream } });
  const numbers: number[] = [];
  for await (const { number } of loopback.client().stream({})) {
    numbers.push(number);
    if (number === 1) assert.ok((await untilBlocked(state)) < 300, `ran ahead by ${state.produced} messages`);
  }
  assert.deepEqual([numbers.length, numbers.at(-1)], [600, 600]);
});

test('waiting for a slow reader leaves no listeners behind, however often it happens', async () => {
  const { state, stream } = watchedProducer(400);
  await using loopback = await startLoopback({ handlers: { stream } });
  for await (const { number } of loopback.client().stream({})) if (number % 50 === 0) await sleep(5);
  assert.equal(state.produced, 400);
  assert.ok(state.listeners <= 1, `${state.listeners} listeners on the signal`);
});

test('a reader that stops early ends the handler, whose finally blocks run', async () => {
  const { state, stream } = watchedProducer();
  await using loopback = await startLoopback({ handlers: { stream } });
  for await (const { number } of loopback.client().stream({})) if (number === 3) break;
  await until(() => state.ended, 'the handler ends');
  await until(() => loopback.lines.length > 0, 'the log line');
  assert.equal(loopback.lines[0]?.level, 'debug');
});

test('an abort signal ends both sides of a stream', async () => {
  const { state, stream } = watchedProducer();
  await using loopback = await startLoopback({ handlers: { stream } });
  const controller = new AbortController();
  const error = await failureOf(async () => {
    for await (const { number } of loopback.client().stream({}, { signal: controller.signal })) {
      if (number === 2) controller.abort(new Error('enough'));
    }
  });
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'cancelled');
  assert.match(String(error.cause), /enough/);
  await until(() => state.ended, 'the handler ends');
});

test('a signal that is kept for many streams collects no listeners', async () => {
  await using loopback = await startLoopback();
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) await collect(loopback.client().stream({ count: 1 }, { signal }));
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('a handler that waits between messages notices that its reader went away', async () => {
  await using loopback = await startLoopback();
  await first(loopback.client().stream({ count: 2, delayMs: 50 }));
  await until(() => loopback.lines.length > 0, 'the handler ends');
  assert.equal(loopback.lines[0]?.fields['code'], 'cancelled');
});

test('a stream has no deadline unless one is given', async () => {
  const deadlines: (Date | undefined)[] = [];
  await using loopback = await startLoopback({
    handlers: {
      async *stream(_request, { deadline }) {
        deadlines.push(deadline);
        yield { number: 1 };
      },
    },
  });
  await collect(loopback.client({ timeoutMs: 1_000 }).stream({}));
  await collect(loopback.client().stream({}, { timeoutMs: 60_000 }));
  assert.equal(deadlines[0], undefined);
  assert.ok(deadlines[1] instanceof Date);
});

test('a stream with a deadline ends with DEADLINE_EXCEEDED', async () => {
  await using loopback = await startLoopback();
  const error = await failureOf(collect(loopback.client().stream({ count: 1_000, delayMs: 20 }, { timeoutMs: 100 })));
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'deadline_exceeded');
});

test('a streaming handler knows the call it serves through all its messages', async () => {
  const ids: (string | undefined)[] = [];
  await using loopback = await startLoopback({
    handlers: {
      async *stream() {
        for (let number = 1; number <= 3; number++) {
          ids.push(currentCall()?.requestId);
          yield { number };
          await sleep(1);
        }
      },
    },
  });
  await collect(loopback.client().stream({}, { metadata: { 'x-request-id': 'r-1' } }));
  assert.deepEqual(ids, ['r-1', 'r-1', 'r-1']);
});
