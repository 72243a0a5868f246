import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from '@doffers/process';
import type { State } from '@temporalio/worker';
import { keepRunning } from './keep-running.ts';

/** A worker as the SDK's: `run` resolves after `shutdown`, or rejects when it cannot go on. */
function fakeWorker() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let state: State = 'INITIALIZED';
  return {
    run: () => {
      state = 'RUNNING';
      return promise;
    },
    shutdown: () => {
      state = 'DRAINING';
    },
    getState: () => state,
    finish: resolve,
    fail: (error: Error) => {
      state = 'FAILED';
      reject(error);
    },
  };
}

function started(workers: readonly ReturnType<typeof fakeWorker>[]) {
  const abort = new AbortController();
  const created: (typeof workers)[number][] = [];
  const create = async () => {
    const next = workers[created.length] ?? assert.fail('no more workers');
    created.push(next);
    return next;
  };
  const log = createLogger({ name: 'test', level: 'error', destination: { write: () => undefined } });
  const running = keepRunning(create, { taskQueue: 'core', log, signal: abort.signal });
  const stop = () => {
    abort.abort(new Error('stopping'));
    return running.stop();
  };
  return { running, created, stop };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a worker that is kept running', () => {
  it('is ready once it polls', async () => {
    const { running, stop } = started([fakeWorker()]);
    await assert.rejects(running.assertPolling(), { code: 'STARTING' });
    await turn();
    await running.assertPolling();
    void stop();
  });

  it('is made anew when it ends by itself', async () => {
    const [first, second] = [fakeWorker(), fakeWorker()];
    const { running, created, stop } = started([first, second]);
    await turn();
    first.fail(new Error('namespace not found'));
    while (created.length < 2) await turn();
    await turn();
    await running.assertPolling();
    second.finish();
    await stop();
  });

  it('ends when its running tasks have', async () => {
    const worker = fakeWorker();
    const { running, stop } = started([worker]);
    await turn();
    let stopped = false;
    const stopping = stop().then(() => (stopped = true));
    await turn();
    assert.equal(stopped, false, 'a task still runs');
    await assert.rejects(running.assertPolling(), { code: 'DRAINING' });
    worker.finish();
    await stopping;
  });

  it('does not begin when it is stopped while it is made', async () => {
    const worker = fakeWorker();
    const { stop } = started([worker]);
    await stop();
    assert.equal(worker.getState(), 'INITIALIZED');
  });
});
