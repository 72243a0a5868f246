import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import fc from 'fast-check';
import { daysOf, mrrMovements, rangeOf } from './revenue-report.ts';

const now = new Date('2026-11-24T20:00:00Z'); // 01:30 on the 25th in India

describe('the days of a revenue report', () => {
  it('are this month so far in India, unless others are named', () => {
    assert.deepEqual(daysOf({ from: '', to: '' }, now), { from: '2026-11-01', to: '2026-11-25' });
    assert.deepEqual(daysOf({ from: '', to: '2026-02-28' }, now), { from: '2026-02-01', to: '2026-02-28' });
    assert.deepEqual(daysOf({ from: '2026-11-20', to: '' }, now), { from: '2026-11-20', to: '2026-11-25' });
    assert.deepEqual(rangeOf({ from: '2026-11-01', to: '2026-11-25' }), {
      start: new Date('2026-10-31T18:30:00Z'),
      end: new Date('2026-11-25T18:30:00Z'),
    });
  });

  it('are a year at most, and exist', () => {
    assert.deepEqual(daysOf({ from: '2028-01-01', to: '2028-12-31' }, now).to, '2028-12-31');
    const wrong = [
      { from: '2026-02-29', to: '2026-03-01' },
      { from: '2026-11-01', to: '2026-13-01' },
      { from: '2026-11-02', to: '2026-11-01' },
      { from: '2025-01-01', to: '2026-01-02' },
    ];
    for (const days of wrong) assert.throws(() => daysOf(days, now), { reason: 'DATE_RANGE_INVALID' });
  });
});

describe('recurring revenue', () => {
  it('moves by what is new, dearer, cheaper and gone', () => {
    const moved = mrrMovements(
      [
        [499, 499],
        [0, 499],
        [499, 1_499],
        [3_999, 1_499],
        [1_499, 0],
        [0, 0],
      ].map(([before = 0, after = 0]) => ({ before: paise(before), after: paise(after) })),
    );
    assert.deepEqual(moved, {
      start: 6_496,
      gained: 499,
      expanded: 1_000,
      contracted: 2_500,
      churned: 1_499,
      end: 3_996,
      subscriptionsAtStart: 4,
      subscriptionsGained: 1,
      subscriptionsChurned: 1,
      subscriptionsAtEnd: 4,
    });
  });

  it('always ends at what its movements say', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 }).map(paise);
    fc.assert(
      fc.property(fc.array(fc.record({ before: amount, after: amount })), (subscriptions) => {
        const { start, gained, expanded, contracted, churned, end, ...counts } = mrrMovements(subscriptions);
        const { subscriptionsAtStart, subscriptionsGained, subscriptionsChurned, subscriptionsAtEnd } = counts;
        assert.equal(start + gained + expanded - contracted - churned, end);
        assert.equal(subscriptionsAtStart + subscriptionsGained - subscriptionsChurned, subscriptionsAtEnd);
      }),
    );
  });
});
