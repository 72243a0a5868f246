import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRateWindow } from './rate-window.ts';

test('lets in the limit at once and no more until a full window has passed', () => {
  const window = createRateWindow(1000);
  const admitted = (atMs: number) => window.admit(2, atMs);
  assert.deepEqual([0, 0, 0, 999, 1000, 1000, 1000].map(admitted), [true, true, false, false, true, true, false]);
});

test('never holds more than the limit in any window, wherever it starts', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(120), { maxLength: 300 }), fc.integer({ min: 1, max: 9 }), (pauses, limit) => {
      const window = createRateWindow(1000);
      let now = 0;
      const admitted = pauses.flatMap((pause) => {
        now += pause;
        return window.admit(limit, now) ? [now] : [];
      });
      return admitted.every((start) => admitted.filter((at) => at >= start && at < start + 1000).length <= limit);
    }),
  );
});

test('lets everything in when there is no limit', () => {
  const window = createRateWindow(1000);
  assert.ok(Array.from({ length: 5000 }, () => window.admit(0, 0)).every(Boolean));
});

test('a changed limit counts from then on', () => {
  const window = createRateWindow(1000);
  assert.equal(window.admit(1, 0), true);
  assert.equal(window.admit(1, 10), false);
  assert.equal(window.admit(2, 20), true);
});
