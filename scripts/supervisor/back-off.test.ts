import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countFailure, recoveredAfterMs, restartDelayMs } from './back-off.ts';

describe('back-off', () => {
  it('starts again almost at once after a first failure', () => assert.equal(restartDelayMs(1), 200));

  it('doubles with each further failure and ends at half a minute', () => {
    assert.deepEqual([2, 3, 4, 5].map(restartDelayMs), [400, 800, 1_600, 3_200]);
    assert.equal(restartDelayMs(9), 30_000);
    assert.equal(restartDelayMs(2_000), 30_000);
  });

  it('counts failures in a row', () => assert.equal(countFailure(3, recoveredAfterMs - 1), 4));

  it('forgets earlier failures once the process has been ready for a minute', () => {
    assert.equal(countFailure(3, recoveredAfterMs), 1);
  });
});
