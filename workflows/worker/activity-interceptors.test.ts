import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { currentCall } from '@doffers/rpc';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { activityInterceptors } from './activity-interceptors.ts';

const ignore = () => undefined;
const environment = (deps: Partial<Parameters<typeof activityInterceptors>[0]> = {}) =>
  new MockActivityEnvironment(
    { startToCloseTimeoutMs: 10_000 },
    {
      interceptors: [activityInterceptors({ watchAttempt: ignore, logFailure: ignore, ...deps })],
      logger: new DefaultLogger('ERROR'),
    },
  );

describe('around every activity', () => {
  it('a refusal becomes the failure that the workflow knows', async () => {
    const refuse = async () => {
      throw new DomainError('failed_precondition', 'INSUFFICIENT_FUNDS', 'top up first');
    };
    await assert.rejects(environment().run(refuse), (error) => {
      assert.ok(error instanceof ApplicationFailure);
      assert.deepEqual([error.type, error.nonRetryable], ['INSUFFICIENT_FUNDS', true]);
      return true;
    });
  });

  it('a call that was cut because the activity is cancelled is a cancellation, no failure', async () => {
    const cancelled = environment();
    const call = () =>
      new Promise<void>((_, reject) => {
        currentCall()?.signal.addEventListener('abort', () => reject(new DomainError('cancelled', 'CANCELLED', 'cut')));
        cancelled.cancel('CANCELLED');
      });
    await assert.rejects(cancelled.run(call), (error) => error instanceof CancelledFailure);
  });

  it('a call that the other side cancelled by itself is worth another try', async () => {
    const call = async () => {
      throw new DomainError('cancelled', 'CANCELLED', 'the server is going away');
    };
    await assert.rejects(environment().run(call), (error) => {
      assert.ok(error instanceof ApplicationFailure);
      assert.equal(error.nonRetryable, false);
      return true;
    });
  });

  it('its calls end half a second before it times out', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
    let deadline: Date | undefined;
    await environment().run(async () => void (deadline = currentCall()?.deadline));
    assert.deepEqual(deadline, new Date(1_000_000 + 9_500));
  });

  it('each attempt is watched', async () => {
    let watched = 0;
    await environment({ watchAttempt: () => void (watched += 1) }).run(async () => undefined);
    assert.equal(watched, 1);
  });

  it('what failed is logged as it was thrown, with its cause', async () => {
    const logged: unknown[] = [];
    const bug = new TypeError('x is not a function', { cause: new Error('deeper') });
    const failing = environment({ logFailure: (_, error) => void logged.push(error) });
    await assert.rejects(failing.run(() => Promise.reject(bug)));
    assert.deepEqual(logged, [bug]);
  });
});
