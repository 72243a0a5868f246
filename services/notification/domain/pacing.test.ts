import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMissed, slotIntervalMicros, slotsFrom } from './pacing.ts';

/** The most messages in any second when each is sent up to `lateMs` after its slot, at the worst moments. */
function mostInASecond(ratePerSecond: number, lateMs: number): number {
  const slots = slotsFrom({
    firstMs: 0,
    intervalMicros: slotIntervalMicros(ratePerSecond),
    count: 3 * ratePerSecond,
  });
  const [first, ...rest] = slots.slice(ratePerSecond);
  // The first one late, all others on time: the closest that they can come.
  return 1 + rest.filter((slot) => slot - ((first ?? 0) + lateMs) < 1_000).length;
}

describe('pacing', () => {
  it('keeps every second within the rate, also with the latest messages that it sends and a slow network', () => {
    let latest = 0;
    while (!isMissed(0, latest + 1)) latest += 1;
    assert.ok(latest >= 5, 'timers are never exact');
    for (const rate of [2, 10, 50, 80, 250, 500, 1_000]) {
      const most = mostInASecond(rate, latest + 8);
      assert.ok(most <= rate, `${most} at ${rate} a second`);
    }
  });

  it('leaves less than three per cent of the rate unused', () => {
    for (const rate of [2, 80, 1_000]) assert.ok(1_000_000 / slotIntervalMicros(rate) > 0.97 * rate);
  });
});
