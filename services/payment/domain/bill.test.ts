import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import fc from 'fast-check';
import { aShopAccess, supplier } from '../test/hold-books.ts';
import { aPlan, aSubscription } from '../test/subscriptions.ts';
import {
  type Bill,
  billInvoice,
  billJournal,
  billRefundJournal,
  billUsableUntil,
  giveUpAt,
  nextTry,
  renewalBill,
  triedAt,
  upgradeBill,
} from './bill.ts';
import { rolled } from './subscription.ts';
import { supplyTo } from './supply.ts';

const supply = supplyTo(aShopAccess(), supplier);
const about = { id: '019ab000-0000-7000-8000-0000000000b1', key: 'subscription/s/cycle/2', supply };
const renewal = renewalBill(aSubscription(), { ...about, createdAt: new Date('2027-01-31T18:30:00Z') });
const day = (days: number, from = renewal.periodStart) => new Date(from.getTime() + days * 86_400_000);

const upgradeOn = (instant: string, paid = 499_00, subscription = aSubscription()): Bill =>
  upgradeBill(subscription, aPlan({ id: 'growth', name: 'Growth', price: 1_499_00, offers: 30 }), {
    ...about,
    createdAt: new Date(instant),
    paid: paise(paid),
  });

describe('the bill of a period', () => {
  it('costs the plan that the period begins with, and its tax', () => {
    assert.deepEqual([renewal.price, renewal.total, renewal.periodNo], [499_00, 588_82, 2]);
    assert.equal(renewal.description, 'Starter plan, 2027-02-01 to 2027-02-28');
    const nextPlan = aPlan({ id: 'mini', name: 'Mini', price: 100_00 });
    const changed = renewalBill(aSubscription({ nextPlan }), { ...about, createdAt: renewal.createdAt });
    assert.deepEqual([changed.plan.id, changed.total], ['mini', 118_00]);
  });

  it('is tried on the day, and 1, 3 and 7 days after it; after 10 the grace is over', () => {
    const tries: (Date | undefined)[] = [];
    for (let bill: Bill = renewal, n = 0; n < 5; n++) {
      const at = nextTry(bill);
      tries.push(at);
      bill = { ...bill, lastTryAt: at && new Date(at.getTime() + 1_000) };
    }
    assert.deepEqual(tries, [day(0), day(1), day(3), day(7), undefined]);
    assert.deepEqual(giveUpAt(renewal), day(10));
    assert.deepEqual(nextTry({ ...renewal, lastTryAt: day(4.5) }), day(7), 'a try by hand takes no turn away');
  });

  it('is not tried again at once by a workflow whose clock is ahead', () => {
    const early = (ms: number) => new Date(renewal.periodStart.getTime() - ms);
    const lastTryAt = triedAt(renewal, early(60_000));
    assert.deepEqual([lastTryAt, nextTry({ ...renewal, lastTryAt })], [day(0), day(1)]);
    assert.deepEqual(triedAt(renewal, early(60_001)), early(60_001), 'by hand, and no turn is taken away');
    assert.deepEqual(triedAt({ ...renewal, lastTryAt: day(7) }, day(8)), day(8));
  });

  it('includes what may be used through the grace of the next period, carried over through that of the one after', () => {
    const start = new Date('2027-01-31T03:30:00Z');
    const carrying = aPlan({ carriesOver: true });
    const first = aSubscription({ plan: carrying, anchor: start, periodNo: 0, periodEnd: start });
    const bill = renewalBill(first, { ...about, createdAt: start });
    const usable = (of: Bill, subscription = first) => billUsableUntil(of, subscription).toISOString().slice(0, 10);
    assert.equal(usable({ ...bill, plan: aPlan() }), '2027-03-10');
    assert.equal(usable(bill), '2027-04-10', 'the month after a short one ends on the 31st again');
    const running = rolled(first, carrying, { no: 1, start: bill.periodStart, end: bill.periodEnd });
    const upgrade = upgradeBill(running, carrying, { ...about, createdAt: start, paid: paise(0) });
    assert.equal(usable(upgrade, running), '2027-04-10');
  });

  it('is invoiced once the subscription runs on it, for what was taken', () => {
    assert.throws(() => billInvoice(renewal), { reason: 'BILL_PENDING' });
    const active: Bill = { ...renewal, charge: 'charged', grant: 'granted', active: true };
    const invoice = billInvoice(active);
    const taken = billJournal(active).lines.find(({ account }) => account.code === 'WALLET_CASH')?.debit;
    const { total, source, sold } = invoice ?? assert.fail('no invoice');
    assert.deepEqual([total, source, sold], [taken, `subscription-bill/${active.id}`, 'subscription']);
    assert.equal(billInvoice({ ...active, charge: 'refunded' }), undefined);
    assert.equal(billInvoice({ ...active, total: paise(0) }), undefined);
  });

  it('gives back exactly what it took', () => {
    const moved = [...billJournal(renewal).lines, ...billRefundJournal(renewal).lines];
    const codes = Map.groupBy(moved, ({ account }) => account.code);
    for (const lines of codes.values()) {
      assert.equal(
        lines.reduce((sum, { debit, credit }) => sum + debit - credit, 0),
        0,
      );
    }
    assert.equal(billJournal({ ...renewal, refusedTries: 2 }).key, 'subscription/s/cycle/2/try/3');
  });
});

describe('the bill of an upgrade', () => {
  it('counts the days that are left as days in India, today among them', () => {
    // 16 January, 23:59 in India and a minute later
    assert.deepEqual(
      [upgradeOn('2027-01-16T18:29:00Z').description, upgradeOn('2027-01-16T18:30:00Z').description],
      ['Upgrade from Starter to Growth plan, 16 of 31 days', 'Upgrade from Starter to Growth plan, 15 of 31 days'],
    );
  });

  it('costs the difference for those days, and includes as much more', () => {
    const bill = upgradeOn('2027-01-16T06:30:00Z');
    assert.equal(bill.price, Math.round((1_499_00 * 16) / 31) - Math.round((499_00 * 16) / 31));
    assert.equal(bill.offers, Math.ceil((20 * 16) / 31));
    assert.equal(upgradeOn('2026-12-31T18:30:00Z').price, 1_000_00, 'on the first day the whole difference');
  });

  it('credits at most what was paid', () => {
    assert.equal(upgradeOn('2026-12-31T18:30:00Z', 100_00).price, 1_399_00);
    assert.equal(upgradeOn('2026-12-31T18:30:00Z', 0).price, 1_499_00);
  });

  it('never costs less than nothing nor more than the better plan, on whatever day of whatever month', () => {
    const anchors = fc.date({ min: new Date('2026-01-01'), max: new Date('2029-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(anchors, fc.double({ min: 0, max: 1, noNaN: true }), (anchor, part) => {
        const first = aSubscription({ anchor, periodNo: 0, periodEnd: anchor });
        const end = new Date(anchor.getTime() + 28 * 86_400_000);
        const subscription = rolled(first, first.plan, { no: 1, start: anchor, end });
        const at = new Date(anchor.getTime() + part * (end.getTime() - anchor.getTime()));
        const { price, offers } = upgradeOn(at.toISOString(), 499_00, subscription);
        assert.ok(price >= 0 && price <= 1_499_00 && offers >= 0 && offers <= 20);
      }),
    );
  });
});
