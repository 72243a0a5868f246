import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backoffMs, retryUntilDone } from './retry.ts';

describe('retryUntilDone', () => {
  it('repeats until it works, and tells of each failure', async () => {
    const failures: unknown[] = [];
    let tries = 0;
    const answer = await retryUntilDone(
      async () => {
        if (++tries < 4) throw new Error(`try ${tries}`);
        return 'there';
      },
      { firstDelayMs: 1, onFailure: (error, attempt) => failures.push([(error as Error).message, attempt]) },
    );
    assert.equal(answer, 'there');
    assert.deepEqual(failures, [
      ['try 1', 1],
      ['try 2', 2],
      ['try 3', 3],
    ]);
  });

  it('ends while it waits when it is told to', async () => {
    const abort = new AbortController();
    const retrying = retryUntilDone(() => Promise.reject(new Error('away')), {
      signal: abort.signal,
      firstDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
      onFailure: () => setImmediate(() => abort.abort()),
    });
    await assert.rejects(retrying, { name: 'AbortError' });
  });

  it('does not begin when it is too late', async () => {
    let tried = false;
    const retrying = retryUntilDone(async () => void (tried = true), { signal: AbortSignal.abort(new Error('over')) });
    await assert.rejects(retrying, /over/);
    assert.equal(tried, false);
  });
});

describe('backoffMs', () => {
  const delays = { firstDelayMs: 100, maxDelayMs: 1_000 };

  it('doubles up to the limit, however many failures there were', () => {
    const waits = [1, 2, 3, 4, 5, 6, 1_000].map((attempt) => backoffMs(attempt, delays, () => 1));
    assert.deepEqual(waits, [100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it('spreads those who failed together over the second half of the wait', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((random) => backoffMs(2, delays, () => random)),
      [100, 150, 200],
    );
  });
});
