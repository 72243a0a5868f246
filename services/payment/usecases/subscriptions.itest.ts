import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { financialYear, istDay } from '@doffers/calendar';
import { type Database, idToBytes, newId, transaction } from '@doffers/database';
import { eventually } from '@doffers/testkit';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { chargeBill, refundBill } from './charge-bill.ts';
import { commandSubscription } from './command-subscription.ts';
import { createSubscription } from './create-subscription.ts';
import { finaliseSubscriptionInvoice } from './finalise-subscription-invoice.ts';
import { activateBill, grantBill, revokeBill } from './grant-bill.ts';
import { getEntitlements } from './offer-units.ts';
import { openBill } from './open-bill.ts';
import { getSubscription, listPlans, listSubscriptions } from './read-subscriptions.ts';
import { restartSubscriptions } from './restart-subscriptions.ts';
import { moveSubscription, steerSubscription } from './steer-subscription.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
/** A month of Business, which has no trial, and of Starter; with tax. */
const [business, starter] = [4_718_82, 588_82];
const dayMs = 86_400_000;

describe('subscriptions', () => {
  let db: Database;
  let close: () => Promise<void>;
  let clock: Date;
  before(async () => ({ db, close } = await paymentDatabase('subscriptions')));
  after(() => close());

  const ensured: string[] = [];
  const commanded: string[] = [];
  const depsOf = (shop: { approved?: boolean } = {}) => ({
    ...holdDeps(db, shop),
    now: () => clock,
    sandbox: true,
    workflows: {
      command: async ({ requestId }: { requestId: string }) => void commanded.push(requestId),
      ensure: async ({ subscriptionId }: { subscriptionId: string }) => void ensured.push(subscriptionId),
    },
  });
  const subscribe = (shopId: string, planId = 'business', requestId: string = newId()) =>
    createSubscription(depsOf(), owner, { shopId, requestId, planId });
  const read = (id: string) => getSubscription(depsOf(), owner, id);
  const cashOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.postedCash;
  const unitsOf = async (shopId: string) => {
    const { granted, used } = await getEntitlements(depsOf(), owner, shopId);
    return granted - used;
  };
  const open = (subscriptionId: string, cycle: number | string, upgradeTo?: string) =>
    openBill(depsOf(), { subscriptionId, key: `subscription/${subscriptionId}/cycle/${cycle}`, upgradeTo });
  /** What the workflow does with a bill when all goes well. */
  const pay = async (billId: string, attempt = 1) => {
    await chargeBill(depsOf(), billId, attempt);
    await grantBill(depsOf(), billId);
    await activateBill(depsOf(), billId);
    return finaliseSubscriptionInvoice(depsOf(), billId);
  };
  const renew = async (subscriptionId: string) => {
    const { periodNo, periodEnd } = await read(subscriptionId);
    clock = periodEnd;
    return pay((await open(subscriptionId, periodNo + 1)).id);
  };
  /** All pages, as the workflow asks for them. */
  const restart = async (limit: number) => {
    for (let after: string | undefined = '00000000-0000-0000-0000-000000000000'; after !== undefined; ) {
      after = (await restartSubscriptions(depsOf(), { limit, after })).last;
    }
  };
  const many = <T>(times: number, work: () => Promise<T>) => Promise.allSettled(Array.from({ length: times }, work));
  const fulfilled = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.filter(({ status }) => status === 'fulfilled').length;
  const at = (instant: string) => void (clock = new Date(instant));

  it('are opened once by thirty parallel calls, one for each shop, and announced', async () => {
    at('2027-01-31T03:30:00Z');
    const shopId = await aFundedShop(db, business);
    const opened = await Promise.all(Array.from({ length: 30 }, () => subscribe(shopId, 'business', 'r1')));
    assert.equal(new Set(opened.map(({ id }) => id)).size, 1);
    const events = await db.query('SELECT topic FROM outbox WHERE ordering_key = ?', [opened[0]?.id]);
    assert.deepEqual(events, [{ topic: 'subscription.opened' }]);
    await assert.rejects(subscribe(shopId, 'growth', 'r1'), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(subscribe(shopId), { reason: 'SUBSCRIPTION_EXISTS' });
    assert.equal((await listSubscriptions(depsOf(), owner, { shopId, limit: 9, after: undefined })).length, 1);
  });

  it('are refused to a poor shop, to a stranger, and for a plan that is not sold', async () => {
    const shopId = await aFundedShop(db, business - 1);
    await assert.rejects(subscribe(shopId), { reason: 'INSUFFICIENT_FUNDS' });
    await assert.rejects(subscribe(shopId, 'gold'), { reason: 'PLAN_NOT_FOUND' });
    const stranger = { userId: newId(), admin: false };
    const request = { shopId, requestId: 'r', planId: 'starter' };
    await assert.rejects(createSubscription(depsOf(), stranger, request), { reason: 'SHOP_NOT_FOUND' });
    const { id } = await subscribe(shopId, 'starter');
    const command = { actor: stranger, subscriptionId: id, requestId: 'r' };
    await assert.rejects(commandSubscription(depsOf(), command, { kind: 'pause' }), {
      reason: 'SUBSCRIPTION_NOT_FOUND',
    });
    assert.deepEqual(
      (await listPlans(depsOf())).map((plan) => plan.id),
      ['starter', 'growth', 'business'],
    );
  });

  it('are commanded once by one request id, which stands for one command', async () => {
    const { id: subscriptionId } = await subscribe(newId(), 'starter');
    const asked = { actor: owner, subscriptionId, requestId: 'command-once' };
    await commandSubscription(depsOf(), asked, { kind: 'change', planId: 'growth' });
    await commandSubscription(depsOf(), asked, { kind: 'change', planId: 'growth' });
    for (const other of [{ kind: 'change', planId: 'business' }, { kind: 'pause' }] as const) {
      await assert.rejects(commandSubscription(depsOf(), asked, other), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    }
    assert.equal(commanded.filter((requestId) => requestId === asked.requestId).length, 1);
  });

  it('are paid, granted and invoiced exactly once a period, whatever is repeated', async () => {
    const shopId = await aFundedShop(db, business);
    const { id } = await subscribe(shopId);
    const bills = await Promise.all(Array.from({ length: 10 }, () => open(id, 1)));
    assert.equal(new Set(bills.map((bill) => bill.id)).size, 1);
    const billId = bills[0]?.id ?? '';
    await assert.rejects(grantBill(depsOf(), billId), { reason: 'BILL_UNPAID' });
    assert.equal(fulfilled(await many(20, () => chargeBill(depsOf(), billId, 1))), 20);
    await assert.rejects(activateBill(depsOf(), billId), { reason: 'BILL_UNPAID' });
    assert.equal(fulfilled(await many(20, () => grantBill(depsOf(), billId))), 20);
    await assert.rejects(finaliseSubscriptionInvoice(depsOf(), billId), { reason: 'BILL_PENDING' });
    assert.equal(fulfilled(await many(20, () => activateBill(depsOf(), billId))), 20);
    const announced = "SELECT payload FROM outbox WHERE topic = 'subscription.billed' AND ordering_key = ?";
    assert.deepEqual(
      (await db.query(announced, [billId])).map(({ payload }: { payload: string }) => JSON.parse(payload)),
      [{ billId, shopId }],
      'its invoice is asked for with it, once',
    );
    const invoices = await Promise.all(Array.from({ length: 10 }, () => finaliseSubscriptionInvoice(depsOf(), billId)));
    assert.equal(new Set(invoices.map((invoice) => invoice?.number)).size, 1);
    assert.equal(invoices[0]?.total, business);
    assert.deepEqual([await cashOf(shopId), await unitsOf(shopId)], [0, 105]);
    assert.equal((await read(id)).status, 'active');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('whose wallet is short keep the refusal of each attempt, and are paid by a later one', async () => {
    const shopId = await aFundedShop(db, starter);
    const { id } = await subscribe(shopId, 'starter');
    await pay((await open(id, 1)).id);
    clock = (await read(id)).periodEnd;
    const { id: billId } = await open(id, 2);
    for (let n = 0; n < 3; n++) await assert.rejects(chargeBill(depsOf(), billId, 1), { reason: 'INSUFFICIENT_FUNDS' });
    assert.equal((await moveSubscription(depsOf(), id, { to: 'past_due', reason: '' })).status, 'past_due');
    assert.equal(await unitsOf(shopId), 15, 'what the last period included may be used meanwhile');
    await payIn(db, shopId, { cash: starter });
    await assert.rejects(chargeBill(depsOf(), billId, 1), { reason: 'INSUFFICIENT_FUNDS' }, 'a refusal stays one');
    await pay(billId, 2);
    assert.deepEqual([(await read(id)).status, await cashOf(shopId), await unitsOf(shopId)], ['active', 0, 15]);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that are suspended or ended have nothing to use any more', async () => {
    const shopId = await aFundedShop(db, 2 * starter);
    const { id } = await subscribe(shopId, 'starter');
    await pay((await open(id, 1)).id);
    clock = (await read(id)).periodEnd;
    assert.equal((await moveSubscription(depsOf(), id, { to: 'suspended', reason: 'UNPAID' })).reason, 'UNPAID');
    assert.equal(await unitsOf(shopId), 5);
    const steered = await steerSubscription(depsOf(), id, { kind: 'resume' });
    assert.equal(steered.toPay, 'period');
    await pay((await open(id, '2/restart/1')).id);
    for (const to of ['past_due', 'suspended'] as const) {
      await assert.rejects(moveSubscription(depsOf(), id, { to, reason: 'UNPAID' }), { reason: 'PERIOD_RUNS' });
    }
    for (const to of ['lapsed', 'ended'] as const) await moveSubscription(depsOf(), id, { to, reason: 'LATE' });
    const untouched = 'what the clockwork says late or twice takes nothing of a month that was paid';
    assert.deepEqual([(await read(id)).status, await unitsOf(shopId)], ['active', 15], untouched);
    await steerSubscription(depsOf(), id, { kind: 'cancel', when: 'now' });
    assert.deepEqual([(await read(id)).status, await unitsOf(shopId)], ['cancelled', 5]);
    await assert.rejects(steerSubscription(depsOf(), id, { kind: 'resume' }), { reason: 'SUBSCRIPTION_STATE' });
    assert.equal((await moveSubscription(depsOf(), id, { to: 'past_due', reason: '' })).status, 'cancelled');
    const again = await subscribe(newId(), 'starter');
    assert.equal(again.status, 'trialing');
  });

  it('are undone step by step, also before a step was done, and leave nothing', async () => {
    const shopId = await aFundedShop(db, 2 * business);
    const { id } = await subscribe(shopId);
    const done = await open(id, 1);
    await chargeBill(depsOf(), done.id, 1);
    await grantBill(depsOf(), done.id);
    await many(10, () => revokeBill(depsOf(), done.id));
    await many(10, () => refundBill(depsOf(), done.id));
    assert.deepEqual([await cashOf(shopId), await unitsOf(shopId)], [2 * business, 5]);
    const never = await open(id, '1/again/1');
    await revokeBill(depsOf(), never.id);
    await refundBill(depsOf(), never.id);
    for (const bill of [done, never]) {
      await assert.rejects(chargeBill(depsOf(), bill.id, 2), { reason: 'VOIDED' });
      await assert.rejects(grantBill(depsOf(), bill.id), { reason: 'VOIDED' });
      assert.equal(await finaliseSubscriptionInvoice(depsOf(), bill.id), undefined);
    }
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that ended while they were paid are not activated, and get everything back', async () => {
    const shopId = await aFundedShop(db, business);
    const { id } = await subscribe(shopId);
    const { id: billId } = await open(id, 1);
    await chargeBill(depsOf(), billId, 1);
    await grantBill(depsOf(), billId);
    await moveSubscription(depsOf(), id, { to: 'ended', reason: 'CANCELLED' });
    await assert.rejects(activateBill(depsOf(), billId), { reason: 'VOIDED' });
    await revokeBill(depsOf(), billId);
    await refundBill(depsOf(), billId);
    assert.deepEqual(
      [(await read(id)).status, await cashOf(shopId), await unitsOf(shopId)],
      ['cancelled', business, 5],
    );
    assert.equal(await finaliseSubscriptionInvoice(depsOf(), billId), undefined);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are upgraded for the days that are left, and downgraded with the next period', async () => {
    const shopId = await aFundedShop(db, 10_000_00);
    at('2028-01-01T03:30:00Z'); // documents are dated in order, so later tests are about later days
    const { id } = await subscribe(shopId, 'starter');
    await renew(id);
    at('2028-01-30T03:30:00Z'); // the trial ended on the 15th, where the first period began
    assert.equal((await steerSubscription(depsOf(), id, { kind: 'change', planId: 'growth' })).toPay, 'upgrade');
    const upgrade = await open(id, '1/change/1', 'growth');
    const invoice = await pay(upgrade.id);
    assert.equal(invoice?.lines[0]?.description, 'Upgrade from Starter to Growth plan, 16 of 31 days');
    assert.deepEqual([(await read(id)).plan.id, await unitsOf(shopId)], ['growth', 5 + 10 + Math.ceil((20 * 16) / 31)]);
    await steerSubscription(depsOf(), id, { kind: 'change', planId: 'starter' });
    assert.deepEqual([(await read(id)).plan.id, (await read(id)).nextPlan?.id], ['growth', 'starter']);
    await renew(id);
    const renewed = await read(id);
    assert.deepEqual([renewed.plan.id, renewed.nextPlan, renewed.periodNo], ['starter', undefined, 2]);
    assert.equal(await unitsOf(shopId), 15, 'of the old period nothing is left');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('carry over what is not used where the plan says so, for one period', async () => {
    const shopId = await aFundedShop(db, 3 * business);
    const { id } = await subscribe(shopId);
    await renew(id);
    await renew(id);
    assert.equal(await unitsOf(shopId), 205);
    await renew(id);
    assert.equal(await unitsOf(shopId), 205, 'of the period before, not of all');
  });

  it('carry over from a month that was too short for the anchor to the end of the next one', async () => {
    at('2029-01-31T03:30:00Z');
    const shopId = await aFundedShop(db, business);
    const { id } = await subscribe(shopId);
    await renew(id);
    const [row] = await db.query('SELECT expires_at FROM entitlement WHERE shop_id = ? AND offers > 5', [
      idToBytes(shopId),
    ]);
    assert.equal(istDay(row.expires_at), '2029-04-10', 'the month after February ends on 31 March; ten days of grace');
  });

  it('of a shop that is not approved pay nothing, run into suspension, and take no command that costs', async () => {
    at('2029-06-01T06:00:00Z');
    const shopId = await aFundedShop(db, 9 * starter);
    const { id, periodEnd } = await subscribe(shopId, 'starter');
    const blocked = depsOf({ approved: false });
    clock = periodEnd;
    const { id: billId } = await open(id, 1);
    for (const attempt of [1, 1, 2]) {
      await assert.rejects(chargeBill({ ...blocked, now: () => clock }, billId, attempt), { reason: 'WALLET_FROZEN' });
    }
    assert.deepEqual([(await open(id, 1)).refusedTries, await cashOf(shopId)], [2, 9 * starter]);
    const asked = (requestId: string) => ({ actor: owner, subscriptionId: id, requestId: `${requestId}-${id}` });
    for (const command of [{ kind: 'change', planId: 'growth' }, { kind: 'resume' }] as const) {
      await assert.rejects(commandSubscription(blocked, asked(command.kind), command), { reason: 'SHOP_NOT_APPROVED' });
    }
    await commandSubscription(blocked, asked('pause'), { kind: 'pause' });
    await commandSubscription(blocked, asked('cancel'), { kind: 'cancel', when: 'now' });
    assert.ok(commanded.includes(`pause-${id}`) && commanded.includes(`cancel-${id}`));
    assert.ok(!commanded.includes(`change-${id}`) && !commanded.includes(`resume-${id}`));
    await chargeBill(depsOf(), billId, 3);
    assert.equal(await cashOf(shopId), 8 * starter, 'once it is approved again');
  });

  it('that end while their bill is given back give back nothing twice', async () => {
    at('2029-08-01T06:00:00Z');
    const shopId = await aFundedShop(db, business);
    const { id } = await subscribe(shopId);
    const { id: billId } = await open(id, 1);
    await chargeBill(depsOf(), billId, 1);
    await grantBill(depsOf(), billId);
    let ending: Promise<unknown> = Promise.resolve();
    await transaction(db, async (tx) => {
      const { bills } = createBooks(tx);
      const bill = (await bills.lock(billId)) ?? assert.fail();
      ending = moveSubscription(depsOf(), id, { to: 'ended', reason: 'CANCELLED' });
      const waiting =
        "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE '%subscription_bill%' AND ID <> CONNECTION_ID()";
      await eventually(async () => assert.equal((await db.query(waiting)).length, 1));
      await bills.save({ ...bill, charge: 'refunded' });
    });
    await ending;
    const kept = await createBooks(db.manager).bills.find(billId);
    assert.deepEqual([kept?.charge, kept?.grant], ['refunded', 'revoked'], 'neither has undone the other');
  });

  it('are not kept from their renewal by upgrades that were refused', async () => {
    at('2029-09-01T06:00:00Z');
    const { id } = await subscribe(newId(), 'starter');
    for (let n = 1; n <= 16; n++) await refundBill(depsOf(), (await open(id, `1/change/${n}`, 'growth')).id);
    assert.equal((await open(id, 1)).kind, 'renewal');
  });

  it('stop at fifteen bills a day, and go on the next', async () => {
    const shopId = await aFundedShop(db, 10_000_00);
    at('2027-03-01T06:00:00Z');
    const { id } = await subscribe(shopId, 'starter');
    for (let n = 1; n <= 14; n++) await open(id, `1/change/${n}`, 'growth'); // and the trial's own
    await assert.rejects(open(id, '1/change/16', 'growth'), { reason: 'BILLING_RUNAWAY' });
    assert.equal((await open(id, '1/change/3', 'growth')).key.endsWith('/3'), true, 'a repetition is no further bill');
    at('2027-03-01T18:30:00Z');
    assert.ok(await open(id, '1/change/16', 'growth'));
  });

  it('have time pass for them in a sandbox: to the next thing that is due, once, and for nobody else', async () => {
    at('2029-10-31T06:00:00Z');
    const [shopId, other] = [await aFundedShop(db, business), await aFundedShop(db, business)];
    const [{ id }, neighbour] = [await subscribe(shopId), await subscribe(other)];
    await pay((await open(id, 1)).id);
    const paid = (await open(neighbour.id, 1)).id;
    await pay(paid);
    const rowsOf = async (subscriptionId: string) =>
      Promise.all(
        ['subscription WHERE id', 'subscription_bill WHERE subscription_id'].map((rows) =>
          db.query(`SELECT * FROM ${rows} = ? ORDER BY id`, [idToBytes(subscriptionId)]),
        ),
      );
    const [before, untouched] = [await rowsOf(id), await rowsOf(neighbour.id)];
    const forward = (sandbox = true) => steerSubscription({ ...depsOf(), sandbox }, id, { kind: 'fast_forward' });
    await assert.rejects(forward(false), { code: 'not_found', reason: 'NOT_IN_SANDBOX' });
    assert.deepEqual(await rowsOf(id), before, 'in production nothing happens');

    const due = async () => (await read(id)).periodEnd.getTime() - clock.getTime();
    assert.equal(await due(), 30 * dayMs, '31 October to 30 November');
    assert.equal((await forward()).toPay, 'nothing');
    assert.equal(await due(), 0);
    const moved = await rowsOf(id);
    await forward();
    assert.deepEqual(await rowsOf(id), moved, 'once something is due, no more time passes');

    const { id: billId, periodStart } = await open(id, 2);
    assert.deepEqual(periodStart, clock, 'the next period begins now');
    for (const [attempt, days] of [1, 2, 4, 3].entries()) {
      await assert.rejects(chargeBill(depsOf(), billId, attempt + 1), { reason: 'INSUFFICIENT_FUNDS' });
      await moveSubscription(depsOf(), id, { to: 'past_due', reason: '' });
      const was = await due();
      await forward();
      assert.equal((await due()) - was, -days * dayMs, `the wait behind attempt ${attempt + 1}`);
    }
    assert.equal(
      (await createBooks(db.manager).bills.find(billId))?.periodStart.getTime(),
      clock.getTime() - 10 * dayMs,
    );
    await moveSubscription(depsOf(), id, { to: 'suspended', reason: 'UNPAID' });
    await assert.rejects(forward(), { reason: 'SUBSCRIPTION_STATE' });
    assert.deepEqual(await rowsOf(neighbour.id), untouched);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('without a workflow are found once they are overdue', async () => {
    at('2027-05-01T06:00:00Z');
    const { id, periodEnd } = await subscribe(newId(), 'starter');
    clock = new Date(periodEnd.getTime() + 9 * 60_000);
    await restart(100);
    assert.ok(!ensured.includes(id));
    clock = new Date(periodEnd.getTime() + 11 * 60_000);
    await restart(100);
    assert.ok(ensured.includes(id));
    const due = ensured.length;
    const other = await subscribe(newId(), 'starter');
    clock = new Date(other.periodEnd.getTime() + 11 * 60_000);
    ensured.length = 0;
    await restart(1);
    assert.ok(
      [id, other.id].every((overdue) => ensured.includes(overdue)),
      'those that live keep none from its turn',
    );
    assert.equal(new Set(ensured).size, ensured.length, `none twice, of ${due} and more`);
  });

  it('renew for two years from a 31st: each month one charge, one grant, one invoice, each year its own numbers', async () => {
    at('2031-01-17T03:30:00Z');
    const shopId = await aFundedShop(db, 24 * starter);
    const { id, status, periodEnd } = await subscribe(shopId, 'starter');
    assert.deepEqual([status, istDay(periodEnd)], ['trialing', '2031-01-31']);
    assert.equal(await unitsOf(shopId), 15, 'the trial may be used');
    const seen: { day: string; number: string }[] = [];
    for (let n = 0; n < 24; n++) {
      const invoice = await renew(id);
      seen.push({ day: istDay(clock), number: invoice?.number ?? '' });
      assert.equal(await unitsOf(shopId), 15);
      if (n === 11) clock = new Date(clock.getTime() + 5 * dayMs);
    }
    assert.deepEqual(
      seen.filter((_, n) => [0, 1, 2, 13, 14].includes(n)).map(({ day }) => day),
      ['2031-01-31', '2031-02-28', '2031-03-31', '2032-02-29', '2032-03-31'],
    );
    for (const { day, number } of seen) {
      assert.equal(number.split('/')[1], financialYear(new Date(`${day}T06:00:00Z`)), `${number} of ${day}`);
    }
    assert.equal(new Set(seen.map(({ number }) => number)).size, 24);
    assert.equal(await cashOf(shopId), 0);
    const [{ journals }] = await db.query(
      "SELECT COUNT(*) AS journals FROM journal WHERE idempotency_key LIKE ? AND kind = 'subscription_charge'",
      [`subscription/${id}/%`],
    );
    assert.equal(Number(journals), 24);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });
});
