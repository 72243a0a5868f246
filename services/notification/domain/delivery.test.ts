import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeliveryState, raise, rankOf, type Standing, stateOf, tallyChanges } from './delivery.ts';

const standing = (state: DeliveryState, reason = 0, billed = false): Standing => ({
  rank: rankOf(state),
  reason,
  billed,
});

function riseBy(states: readonly DeliveryState[]): Standing | undefined {
  let current: Standing | undefined;
  for (const state of states) current = raise(current, { state, reason: 0 });
  return current;
}

describe('a delivery', () => {
  it('ends at the highest that was ever reported, whatever the order', () => {
    const reports = ['unknown', 'accepted', 'sent', 'delivered', 'read', 'delivered', 'accepted'] as const;
    for (const order of [reports, [...reports].reverse()]) {
      const end = riseBy(order);
      assert.equal(end?.rank, rankOf('read'));
    }
  });

  it('is delivered when a failure was reported too early, and stays so when the failure comes late', () => {
    const failed = raise(undefined, { state: 'failed', reason: 299 });
    assert.equal(raise(failed, { state: 'delivered', reason: 0 }).rank, rankOf('delivered'));
    assert.equal(raise(standing('delivered'), { state: 'failed', reason: 299 }).rank, rankOf('delivered'));
  });

  it('that waits takes the newer refusal, and anything else ends the wait', () => {
    assert.equal(raise(standing('retry', 10429), { state: 'retry', reason: 205 }).reason, 205);
    assert.equal(raise(standing('retry', 10429), { state: 'unknown', reason: 0 }).rank, rankOf('unknown'));
  });

  it('is suppressed by us and failed by others', () => {
    assert.equal(stateOf(35, 2), 'suppressed');
    assert.equal(stateOf(35, 103), 'suppressed');
    assert.equal(stateOf(35, 200), 'failed');
    assert.throws(() => stateOf(36, 0), RangeError);
  });

  it('moves counts from where it was to where it is', () => {
    const { tally, billed, reasons } = tallyChanges([
      { from: undefined, to: standing('accepted') },
      { from: standing('accepted'), to: standing('sent') },
      { from: standing('failed', 299), to: standing('delivered', 0, true) },
      { from: standing('retry', 205), to: standing('failed', 205) },
    ]);
    assert.deepEqual(tally, { accepted: 1, delivered: 1, seen: 0, failed: 0, suppressed: 0, unknown: 0, retry: -1 });
    assert.equal(billed, 1);
    assert.deepEqual(
      [...reasons],
      [
        [299, -1],
        [205, 1],
      ],
    );
  });
});
