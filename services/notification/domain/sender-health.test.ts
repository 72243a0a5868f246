import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterSends, cutOf, emptyWindow } from './sender-health.ts';

const after = (...groups: [sends: number, errors: number][]) => {
  let window = emptyWindow;
  return groups.map(([sends, errors]) => {
    const next = afterSends(window, { sends, errors });
    ({ window } = next);
    return next.opens;
  });
};

describe('the circuit breaker of a sender', () => {
  it('opens at a fifth of a hundred messages, wherever the errors stand', () => {
    assert.deepEqual(after([100, 20]), [true]);
    assert.deepEqual(after([32, 7], [32, 7], [32, 7]), [false, false, true]);
    assert.deepEqual(after([32, 20]), [true]);
  });

  it('stays closed below that, and for a few errors after many good messages', () => {
    assert.deepEqual(after([100, 19]), [false]);
    assert.deepEqual(after([10, 10]), [false]);
    assert.deepEqual(after([32, 6], [32, 6], [32, 6], [32, 6], [32, 6], [32, 6]), Array(6).fill(false));
  });

  it('begins anew after it opened, and after a hundred messages', () => {
    assert.deepEqual(after([32, 20], [32, 19], [4, 1]), [true, false, true]);
    assert.deepEqual(after([100, 19], [32, 1]), [false, false]);
  });
});

describe('a sender that was too fast', () => {
  it('loses twice the refused share of its rate, a twentieth at least and half at most', () => {
    assert.deepEqual(
      [cutOf(1, 100), cutOf(1, 32), cutOf(5, 50), cutOf(8, 32), cutOf(32, 32)],
      [0.05, 0.0625, 0.2, 0.5, 0.5],
    );
  });
});
