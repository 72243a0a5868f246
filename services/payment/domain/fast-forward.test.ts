import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aShopAccess, supplier } from '../test/hold-books.ts';
import { aSubscription } from '../test/subscriptions.ts';
import { type Bill, renewalBill } from './bill.ts';
import { earlier, msUntilDue } from './fast-forward.ts';
import { nextPeriod } from './subscription.ts';
import { supplyTo } from './supply.ts';

const dayMs = 86_400_000;
const now = new Date('2027-01-15T06:30:00Z');
const after = (days: number, from = now) => new Date(from.getTime() + days * dayMs);

describe('the time until something of a subscription is due', () => {
  it('lasts to the end of its period, also of its trial and of one that is paused or ends with it', () => {
    for (const status of ['trialing', 'active', 'paused'] as const) {
      assert.equal(msUntilDue(aSubscription({ status, periodEnd: after(3) }), undefined, now), 3 * dayMs);
    }
    assert.equal(msUntilDue(aSubscription({ cancelsAtEnd: true, periodEnd: after(3) }), undefined, now), 3 * dayMs);
  });

  it('lasts to the next try of what it owes, and after the last one to the end of its grace', () => {
    const subscription = aSubscription({ status: 'past_due', periodEnd: now });
    const supply = supplyTo(aShopAccess(), supplier);
    const due = { ...renewalBill(subscription, { id: 'b', key: 'k', supply, createdAt: now }), periodStart: now };
    const until = (lastTryAt: Date, at: Date) => msUntilDue(subscription, { ...due, lastTryAt } satisfies Bill, at);
    assert.equal(until(now, now), dayMs);
    assert.equal(until(after(1), after(1)), 2 * dayMs);
    assert.equal(until(after(3), after(3)), 4 * dayMs);
    assert.equal(until(after(7), after(7)), 3 * dayMs);
    assert.equal(until(after(7), after(10)), 0);
  });

  it('is over where something is due already', () => {
    assert.equal(msUntilDue(aSubscription({ periodEnd: after(-1) }), undefined, now), 0);
    assert.equal(msUntilDue(aSubscription({ status: 'incomplete', periodEnd: now }), undefined, now), 0);
  });

  it('has no end for one that waits for a person', () => {
    for (const status of ['suspended', 'cancelled'] as const) {
      assert.throws(() => msUntilDue(aSubscription({ status }), undefined, now), { reason: 'SUBSCRIPTION_STATE' });
    }
  });
});

describe('a subscription that came this far earlier', () => {
  it('is the same but for its dates, and goes on from where its period ends now, in months of any length', () => {
    const anchor = new Date('2027-01-31T03:30:00Z');
    const period = {
      periodNo: 3,
      periodStart: new Date('2027-03-31T03:30:00Z'),
      periodEnd: new Date('2027-04-30T03:30:00Z'),
    };
    const stored = aSubscription({ anchor, anchorNo: 0, ...period });
    const moved = earlier(stored, 31 * dayMs);
    const [start, end] = [new Date('2027-02-28T03:30:00Z'), new Date('2027-03-30T03:30:00Z')];
    assert.deepEqual(moved, { ...stored, periodStart: start, periodEnd: end, anchor: end, anchorNo: 3 });
    assert.deepEqual(nextPeriod(moved), { no: 4, start: end, end: new Date('2027-04-30T03:30:00Z') });
  });
});
