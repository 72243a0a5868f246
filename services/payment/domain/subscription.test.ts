import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { istDay } from '@doffers/calendar';
import { aPlan, aSubscription } from '../test/subscriptions.ts';
import {
  cancel,
  changePlan,
  type Move,
  moved,
  newSubscription,
  nextPeriod,
  pause,
  planOfNextPeriod,
  resume,
  rolled,
  type Subscription,
  type SubscriptionStatus,
} from './subscription.ts';

const now = new Date('2027-01-15T06:30:00Z');
const dearer = aPlan({ id: 'growth', price: 1_499_00 });
const cheaper = aPlan({ id: 'mini', price: 99_00 });
const refused = { reason: 'SUBSCRIPTION_STATE' };
const statuses: readonly SubscriptionStatus[] = [
  'incomplete',
  'trialing',
  'active',
  'past_due',
  'suspended',
  'paused',
  'cancelled',
];

/** In which statuses a command is possible. */
function allowedIn(command: (subscription: Subscription) => unknown): readonly SubscriptionStatus[] {
  return statuses.filter((status) => {
    try {
      command(aSubscription({ status }));
      return true;
    } catch (error) {
      assert.equal((error as { reason?: string }).reason, 'SUBSCRIPTION_STATE');
      return false;
    }
  });
}

describe('a new subscription', () => {
  const about = { id: 's', shopId: 'shop', buyerId: 'buyer' };
  it('begins with the trial of its plan, once in the life of a shop', () => {
    const trial = newSubscription(about, aPlan({ trialDays: 14 }), { hadOneBefore: false, now });
    assert.deepEqual([trial.status, istDay(trial.periodEnd), trial.periodNo], ['trialing', '2027-01-29', 0]);
    const second = newSubscription(about, aPlan({ trialDays: 14 }), { hadOneBefore: true, now });
    assert.deepEqual([second.status, second.periodEnd], ['incomplete', now]);
  });
});

describe('the periods of a subscription', () => {
  it('return to the anchor’s day after months that are too short, through leap years and financial years', () => {
    const start = new Date('2027-01-31T03:30:00Z'); // 9 in the morning in India
    let at = aSubscription({ anchor: start, anchorNo: 0, periodNo: 0, periodEnd: start });
    const days: string[] = [];
    for (let n = 0; n < 26; n++) {
      const period = nextPeriod(at);
      assert.deepEqual(period.start, at.periodEnd, 'no gap and no overlap');
      at = rolled(at, at.plan, period);
      days.push(istDay(period.start));
      assert.equal(at.periodEnd.toISOString().slice(11, 16), '03:30', 'at the same time of day');
    }
    assert.deepEqual(
      [days[0], days[1], days[2], days[3], days[12], days[13], days[14]],
      ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30', '2028-01-31', '2028-02-29', '2028-03-31'],
    );
    assert.equal(new Set(days).size, 26);
  });

  it('begin anew where a subscription begins anew', () => {
    const { subscription } = resume(aSubscription({ status: 'suspended', periodNo: 3 }), now);
    const { no, start, end } = nextPeriod(subscription);
    assert.deepEqual([no, start, istDay(end)], [4, now, '2027-02-15']);
  });

  it('that began anew twice and were billed once count from what was billed', () => {
    const suspended = aSubscription({ status: 'suspended', periodNo: 3 });
    const first = resume(suspended, now).subscription;
    const second = resume(first, new Date(now.getTime() + 3_600_000)).subscription;
    const paid = rolled(second, second.plan, nextPeriod(first));
    assert.deepEqual([paid.anchor, paid.anchorNo, nextPeriod(paid).start], [now, 3, paid.periodEnd]);
  });
});

describe('a change of plan', () => {
  it('to a dearer one has to be paid, to any other one waits for the next period', () => {
    const active = aSubscription();
    assert.deepEqual(changePlan(active, dearer), { kind: 'upgrade' });
    const change = changePlan(active, cheaper);
    assert.ok(change.kind === 'done');
    assert.deepEqual([change.subscription.plan.id, change.subscription.nextPlan?.id], [active.plan.id, 'mini']);
    assert.equal(planOfNextPeriod(change.subscription).id, 'mini', 'it comes before the period rolls');
    const back = changePlan(change.subscription, active.plan);
    assert.ok(back.kind === 'done' && back.subscription.nextPlan === undefined);
  });

  it('counts at once in a trial, whatever it costs', () => {
    const change = changePlan(aSubscription({ status: 'trialing', periodNo: 0 }), dearer);
    assert.ok(change.kind === 'done' && change.subscription.plan.id === 'growth');
  });

  it('is refused to one that ends, or owes', () => {
    assert.throws(() => changePlan(aSubscription({ cancelsAtEnd: true }), dearer), refused);
    assert.deepEqual(
      allowedIn((subscription) => changePlan(subscription, dearer)),
      ['trialing', 'active'],
    );
  });
});

describe('pause and resume', () => {
  it('keep what is paid: within the period nothing is due', () => {
    const paused = pause(aSubscription());
    const resumed = resume(paused, new Date(paused.periodEnd.getTime() - 1));
    assert.deepEqual([resumed.kind, resumed.subscription.status], ['done', 'active']);
    assert.deepEqual(resumed.subscription.periodEnd, paused.periodEnd);
    const late = resume(paused, paused.periodEnd);
    assert.deepEqual([late.kind, late.subscription.anchor], ['pay', paused.periodEnd]);
  });

  it('are possible where they make sense', () => {
    assert.deepEqual(allowedIn(pause), ['trialing', 'active', 'paused']);
    const resumable = ['trialing', 'active', 'past_due', 'suspended', 'paused'];
    assert.deepEqual(
      allowedIn((subscription) => resume(subscription, now)),
      resumable,
    );
    assert.equal(resume(aSubscription({ status: 'past_due' }), now).kind, 'pay');
    assert.equal(resume(aSubscription({ cancelsAtEnd: true }), now).subscription.cancelsAtEnd, false);
    assert.throws(() => pause(aSubscription({ cancelsAtEnd: true })), refused, 'it would end, or go on: which?');
  });
});

describe('the end of a subscription', () => {
  it('comes with the period of one that is paid, and at once for every other', () => {
    for (const status of statuses.filter((status) => status !== 'cancelled')) {
      const running = status === 'trialing' || status === 'active';
      const subscription = cancel(aSubscription({ status }), 'at_end');
      assert.deepEqual(
        [subscription.status, subscription.cancelsAtEnd],
        running ? [status, true] : ['cancelled', false],
      );
      assert.equal(cancel(aSubscription({ status }), 'now').status, 'cancelled');
    }
    const over = aSubscription({ status: 'cancelled', reason: 'UNPAID' });
    assert.deepEqual(cancel(over, 'now'), over, 'asked again, it is what it was');
  });

  it('that is taken back leaves a planned change as it was', () => {
    const planned = aSubscription({ nextPlan: cheaper });
    assert.deepEqual(resume(cancel(planned, 'at_end'), now).subscription, planned);
  });
});

describe('what the clockwork moves', () => {
  const { periodEnd } = aSubscription();
  const move = (to: Move['to'], subscription: Partial<Subscription>, at = periodEnd) =>
    moved(aSubscription(subscription), { to, reason: 'WHY' }, at);
  const movedFrom = (to: Move['to'], changes: Partial<Subscription> = {}) =>
    statuses.filter((status) => move(to, { ...changes, status }) !== undefined);

  it('is only what that still concerns, and never what has ended', () => {
    assert.deepEqual(movedFrom('past_due'), ['trialing', 'active', 'past_due']);
    assert.deepEqual(movedFrom('suspended'), ['incomplete', 'trialing', 'active', 'past_due']);
    assert.deepEqual(movedFrom('lapsed'), ['paused']);
    assert.deepEqual(movedFrom('ended'), ['incomplete']);
    assert.equal(move('ended', { status: 'active', cancelsAtEnd: true })?.status, 'cancelled');
    assert.deepEqual([move('suspended', {})?.status, move('suspended', {})?.reason], ['suspended', 'WHY']);
  });

  it('has a period that is over, by a clock that may be a minute behind', () => {
    const minuteBefore = new Date(periodEnd.getTime() - 60_000);
    assert.equal(move('past_due', {}, minuteBefore)?.status, 'past_due');
    const before = new Date(minuteBefore.getTime() - 1);
    for (const to of ['past_due', 'suspended'] as const) {
      assert.throws(() => move(to, {}, before), { reason: 'PERIOD_RUNS', code: 'unavailable' });
    }
    assert.throws(() => move('lapsed', { status: 'paused' }, before), { reason: 'PERIOD_RUNS' });
    assert.throws(() => move('ended', { cancelsAtEnd: true }, before), { reason: 'PERIOD_RUNS' });
    assert.equal(move('lapsed', { status: 'active' }, before), undefined, 'what was paid meanwhile stays paid');
  });
});
