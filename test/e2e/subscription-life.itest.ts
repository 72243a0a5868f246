import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { eventually, type RestClient } from '@doffers/testkit';
import { admin, openShop, type Shopkeeper } from './people.ts';
import { takenFor } from './razorpay.ts';
import { assertRefusal } from './refusal.ts';
import { commander, type Subscription, standing, stands, subscribe, unitsOf } from './subscription-steps.ts';
import { availableOf, soon, titlesOf, topUp } from './wallet-steps.ts';

/** A month of Business and of Starter, with tax. */
const [business, starter] = [4_718_82, 588_82];
/** Offers and WhatsApp messages of every shop, and of one with Starter. */
const free = [5, 0];
const ofStarter = [15, 100];

/** The months of these shops pass in seconds: a sandbox lets time pass until something of a subscription is due. */
describe('the life of a subscription', { concurrency: 3 }, () => {
  let office: RestClient;
  before(async () => {
    office = await admin({ secondFactor: true });
  });

  const fastForward = (id: unknown, requestId: string = crypto.randomUUID(), by = office) =>
    by.post(`/v1/admin/subscriptions/${String(id)}:fastForward`, { body: { requestId } });
  /** Lets the next thing that waits for its day come; asks again under its request id where workers are busy. */
  const pass = (id: unknown, requestId: string = crypto.randomUUID()) =>
    eventually(async () => standing(await fastForward(id, requestId)), soon);

  /** A shop that has paid the first month of a plan and has so much left. */
  async function subscribed(planId: 'business' | 'starter', left: number) {
    const shop = await openShop();
    if (planId === 'business') await topUp(shop, String(business + left));
    const { subscriptionId: id } = standing(await subscribe(shop, planId));
    if (planId === 'starter') {
      await topUp(shop, String(starter + left));
      await pass(id);
    }
    await stands(shop, id, { status: 'ACTIVE', periodNo: 1 });
    assert.equal(await availableOf(shop), String(left));
    return { shop, id, command: commander(shop, id) };
  }

  /** A shop whose second month is due and not paid. */
  async function pastDue(planId: 'business' | 'starter') {
    const subscriber = await subscribed(planId, 1_00);
    await pass(subscriber.id);
    await stands(subscriber.shop, subscriber.id, { status: 'PAST_DUE', periodNo: 1 });
    return subscriber;
  }

  const debtOf = async ({ api }: Shopkeeper, id: unknown) => {
    const { debt } = standing(await api.get(`/v1/subscriptions/${String(id)}`)) as { debt?: Record<string, unknown> };
    const { totalPaise, refusedTries, nextTryTime } = debt ?? {};
    return { totalPaise, refusedTries, triesAgain: nextTryTime !== undefined };
  };

  type Invoice = {
    readonly kind: string;
    readonly source: string;
    readonly totalPaise: string;
    readonly number: string;
  };
  /** Waits for the tax invoices of the months so far, oldest first. */
  const invoiced = ({ api, shopId }: Shopkeeper, ...totals: readonly number[]) =>
    eventually(async () => {
      const { invoices } = (await api.get(`/v1/shops/${shopId}/invoices`)).body as { invoices: Invoice[] };
      const months = invoices.filter(({ source }) => source.startsWith('subscription-bill/')).toReversed();
      assert.deepEqual(
        months.map(({ kind, totalPaise }) => [kind, totalPaise]),
        totals.map((total) => ['TAX_INVOICE', String(total)]),
      );
      assert.equal(new Set(months.map(({ number }) => number)).size, totals.length);
    }, soon);

  it('goes on with a month that the wallet covers: once, invoiced, and whoever asks again changes nothing', async () => {
    const { shop, id } = await subscribed('starter', starter);
    const asked = crypto.randomUUID();
    await pass(id, asked);
    const renewed = await stands(shop, id, { status: 'ACTIVE', periodNo: 2 });
    assert.deepEqual(await pass(id, asked), renewed);
    await invoiced(shop, starter, starter);
    assert.equal(await availableOf(shop), '0');
    assert.deepEqual(await unitsOf(shop), ofStarter);
  });

  it('waits for a month that is not paid, which may be used, and goes on when it is resumed with money', async () => {
    const { shop, id, command } = await pastDue('starter');
    assert.deepEqual(await unitsOf(shop), ofStarter, 'the month before may be used meanwhile');
    assertRefusal(await command('change', { planId: 'growth' }), [400, 'SUBSCRIPTION_STATE']);
    assertRefusal(await command('resume'), [400, 'INSUFFICIENT_FUNDS']);
    await topUp(shop, String(starter));
    assert.equal(standing(await command('resume')).status, 'ACTIVE');
    await stands(shop, id, { status: 'ACTIVE', periodNo: 2 });
    await invoiced(shop, starter, starter);
    assert.equal(await availableOf(shop), '100');
    assert.deepEqual(await unitsOf(shop), ofStarter);
  });

  it('is suspended after the fourth refused try and its grace, takes back what it included, and is resumed for a new month', async () => {
    const { shop, id, command } = await pastDue('starter');
    const told = (title: string, times: number) =>
      eventually(async () => {
        assert.equal((await titlesOf(shop)).filter((found) => found === title).length, times);
      }, soon);
    for (const tries of [1, 2, 3, 4]) {
      await told('Your subscription is not paid', tries);
      await stands(shop, id, { status: 'PAST_DUE', periodNo: 1 });
      assert.deepEqual(await debtOf(shop, id), {
        totalPaise: String(starter),
        refusedTries: tries,
        triesAgain: tries < 4,
      });
      await pass(id);
    }
    await stands(shop, id, { status: 'SUSPENDED', reason: 'UNPAID', periodNo: 1 });
    await told('Your subscription is suspended', 1);
    await told('Your subscription is not paid', 4);
    assert.deepEqual(await unitsOf(shop), free);

    assertRefusal(await command('resume'), [400, 'INSUFFICIENT_FUNDS']);
    for (const [verb, body] of [['pause', {}] as const, ['change', { planId: 'growth' }] as const]) {
      assertRefusal(await command(verb, body), [400, 'SUBSCRIPTION_STATE']);
    }
    assertRefusal(await subscribe(shop, 'starter', 'another'), [400, 'SUBSCRIPTION_EXISTS']);
    assertRefusal(await fastForward(id), [400, 'SUBSCRIPTION_STATE']);
    const endTime = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString();
    const offer = { title: 'Flat 20% off', discount: { percent: { percent: 20 } }, endTime };
    const draft = (requestId: string) =>
      shop.api.post(`/v1/shops/${shop.shopId}/offers`, { body: { requestId, ...offer } });
    for (let n = 1; n <= 5; n++) assert.equal((await draft(`o${n}`)).status, 201);
    assertRefusal(await draft('o6'), [400, 'PACK_EXHAUSTED']);
    assert.equal(await availableOf(shop), '100', 'what was refused has cost nothing');

    await topUp(shop, String(starter));
    assert.equal(standing(await command('resume')).status, 'ACTIVE');
    assert.equal((await draft('o6')).status, 201);
    await invoiced(shop, starter, starter);
  });

  it('is paid by the mandate where the wallet is topped up automatically, with one charge at the gateway', async () => {
    const shop = await openShop();
    await topUp(shop, '500000', { saveMandate: true });
    const left = 5_000_00 - business;
    const { subscriptionId: id } = standing(await subscribe(shop, 'business'));
    await stands(shop, id, { status: 'ACTIVE', periodNo: 1 });
    const autoTopup = { belowPaise: '100', amountPaise: '500000' };
    const saved = await shop.api.put(`/v1/shops/${shop.shopId}/wallet/settings`, { body: { autoTopup } });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    await pass(id);
    await eventually(async () => assert.equal(await availableOf(shop), String(left + 5_000_00)), soon);
    await pass(id);
    await stands(shop, id, { status: 'ACTIVE', periodNo: 2 });
    await invoiced(shop, business, business);
    assert.equal(await availableOf(shop), String(left + 5_000_00 - business));
    await eventually(async () => {
      const told = (await titlesOf(shop)).filter((title) => title === 'Your wallet was topped up');
      assert.equal(told.length, 1);
    }, soon);

    const { entries } = (await shop.api.get(`/v1/shops/${shop.shopId}/wallet/entries`)).body as {
      entries: { kind: string; reference: string }[];
    };
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ['SUBSCRIPTION', 'TOPUP', 'SUBSCRIPTION', 'TOPUP'],
    );
    const { gatewayOrderId } = (await shop.api.get(`/v1/topups/${entries[1]?.reference}`)).body;
    assert.deepEqual(await takenFor(String(gatewayOrderId)), { paise: 5_000_00, payments: 1 });
  });

  it('begins the next month on the plan that it was changed to', async () => {
    const { shop, id, command } = await subscribed('business', starter);
    const planned = standing(await command('change', { planId: 'starter' }));
    assert.deepEqual([planned.plan.planId, planned.nextPlan?.planId], ['business', 'starter']);
    await pass(id);
    const { plan, nextPlan }: Subscription = await stands(shop, id, { status: 'ACTIVE', periodNo: 2 });
    assert.deepEqual([plan.planId, nextPlan], ['starter', undefined]);
    assert.equal(await availableOf(shop), '0');
    await invoiced(shop, business, starter);
  });

  it('that was paused is not renewed, has nothing to use beyond its month, and is resumed for a new one', async () => {
    const { shop, id, command } = await subscribed('starter', starter);
    assert.equal(standing(await command('pause')).status, 'PAUSED');
    assert.deepEqual(await unitsOf(shop), ofStarter, 'what is paid may be used to its end');
    await pass(id);
    await eventually(async () => assert.deepEqual(await unitsOf(shop), free), soon);
    assert.equal(await availableOf(shop), String(starter));
    await stands(shop, id, { status: 'PAUSED', periodNo: 1 });
    const { status, periodNo } = standing(await command('resume'));
    assert.deepEqual([status, periodNo], ['ACTIVE', 2]);
    assert.equal(await availableOf(shop), '0');
    assert.deepEqual(await unitsOf(shop), ofStarter);
    await invoiced(shop, starter, starter);
  });

  it('ends with its month when it was cancelled, and takes nothing more', async () => {
    const { shop, id, command } = await subscribed('starter', starter);
    assert.equal(standing(await command('cancel')).cancelsAtEnd, true);
    await pass(id);
    await stands(shop, id, { status: 'CANCELLED', reason: 'CANCELLED', periodNo: 1 });
    assert.equal(await availableOf(shop), String(starter));
    assert.deepEqual(await unitsOf(shop), free);
    assertRefusal(await fastForward(id), [400, 'SUBSCRIPTION_STATE']);
  });

  it('is let pass by admins with a second factor only', async () => {
    const { shop, id } = { shop: await openShop(), id: crypto.randomUUID() };
    assertRefusal(await fastForward(id, 'r', shop.api), [403, 'ROLE_REQUIRED']);
    assertRefusal(await fastForward(id, 'r', await admin()), [403, 'SECOND_FACTOR_REQUIRED']);
    assertRefusal(await fastForward(id), [404, 'SUBSCRIPTION_NOT_FOUND']);
  });
});
