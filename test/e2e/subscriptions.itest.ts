import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventually } from '@doffers/testkit';
import { admin, anybody, openShop } from './people.ts';
import { assertRefusal } from './refusal.ts';
import { commander, offersOf, type Subscription, standing, stands, subscribe } from './subscription-steps.ts';
import { availableOf, topUp } from './wallet-steps.ts';

/** A month of Business with its tax, and what is left of Rs 5,000 after it. */
const [business, left] = ['471882', '28118'];

describe('a subscription', () => {
  it('is tried for free, changed, paused, resumed and cancelled, each once', async () => {
    const shop = await openShop();
    const { plans } = (await anybody.get('/v1/plans')).body as { plans: { planId: string }[] };
    assert.deepEqual(
      plans.map(({ planId }) => planId),
      ['starter', 'growth', 'business'],
    );
    const opened = await subscribe(shop, 'starter');
    assert.deepEqual([opened.status, opened.body.status], [201, 'TRIALING'], JSON.stringify(opened.body));
    const { subscriptionId: id } = (await subscribe(shop, 'starter')).body;
    assert.equal(id, opened.body.subscriptionId);
    assert.equal(opened.headers.get('location'), `/v1/subscriptions/${String(id)}`);
    assert.equal(await offersOf(shop), 15, 'five are free, ten are of the plan');
    assertRefusal(await subscribe(shop, 'growth'), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assertRefusal(await subscribe(shop, 'growth', 'second'), [400, 'SUBSCRIPTION_EXISTS']);

    const command = commander(shop, id);
    assert.equal(standing(await command('change', { requestId: 'c1', planId: 'growth' })).plan.planId, 'growth');
    assertRefusal(await command('change', { requestId: 'c1', planId: 'business' }), [409, 'IDEMPOTENCY_KEY_REUSED']);
    assertRefusal(await command('change', { requestId: 'c2', planId: 'gold' }), [404, 'PLAN_NOT_FOUND']);
    assert.equal(standing(await command('pause', { requestId: 'p1' })).status, 'PAUSED');
    assertRefusal(await command('change', { requestId: 'c3', planId: 'starter' }), [400, 'SUBSCRIPTION_STATE']);
    assert.equal(standing(await command('resume', { requestId: 'r1' })).status, 'TRIALING');
    const ending = standing(await command('cancel', { requestId: 'x1' }));
    assert.deepEqual([ending.status, ending.cancelsAtEnd], ['TRIALING', true]);
    assert.equal(standing(await command('resume', { requestId: 'r2' })).cancelsAtEnd, false);
    const ended = [
      await command('cancel', { requestId: 'x2', now: true }),
      await command('cancel', { requestId: 'x2', now: true }),
    ];
    assert.deepEqual(
      ended.map((answer) => standing(answer).status),
      ['CANCELLED', 'CANCELLED'],
    );
    assert.equal(await offersOf(shop), 5);
    assertRefusal(await command('resume', { requestId: 'r3' }), [400, 'SUBSCRIPTION_STATE']);
    const { subscriptions } = (await shop.api.get(`/v1/shops/${shop.shopId}/subscriptions`)).body as {
      subscriptions: Subscription[];
    };
    assert.deepEqual(
      subscriptions.map(({ status }) => status),
      ['CANCELLED'],
    );
  });

  it('is paid from the wallet, granted and invoiced; a better plan costs the days that are left', async () => {
    const shop = await openShop();
    assertRefusal(await subscribe(shop, 'business', 'poor'), [400, 'INSUFFICIENT_FUNDS']);
    await topUp(shop, '500000');
    const { subscriptionId: id } = (await subscribe(shop, 'business')).body;
    await stands(shop, id, { status: 'ACTIVE' });
    assert.equal(await availableOf(shop), left);
    assert.equal(await offersOf(shop), 105);
    await eventually(async () => {
      const { invoices } = (await shop.api.get(`/v1/shops/${shop.shopId}/invoices`)).body as {
        invoices: { kind: string; source: string; totalPaise: string; pdfSha256: string }[];
      };
      const [invoice, ...others] = invoices.filter(({ source }) => source.startsWith('subscription-bill/'));
      assert.deepEqual([invoice?.kind, invoice?.totalPaise, others], ['TAX_INVOICE', business, []]);
      assert.notEqual(invoice?.pdfSha256, '');
    });
    const command = commander(shop, id);
    const planned = standing(await command('change', { requestId: 'down', planId: 'starter' }));
    assert.deepEqual([planned.plan.planId, planned.nextPlan?.planId], ['business', 'starter']);
    await command('cancel', { requestId: 'over', now: true });

    await topUp(shop, '100000');
    const second = (await subscribe(shop, 'starter', 'again')).body;
    assert.equal(second.status, 'INCOMPLETE', 'a trial is had once');
    await stands(shop, second.subscriptionId, { status: 'ACTIVE' });
    const upgrade = () => commander(shop, second.subscriptionId)('change', { requestId: 'up', planId: 'growth' });
    assertRefusal(await upgrade(), [400, 'INSUFFICIENT_FUNDS']);
    await topUp(shop, '200000');
    assert.equal(standing(await upgrade()).plan.planId, 'growth');
    const before = await availableOf(shop);
    standing(await upgrade());
    assert.equal(await availableOf(shop), before);
  });

  it('of a shop that was suspended takes no command that may cost, and can be paused and ended', async () => {
    const shop = await openShop();
    const { subscriptionId: id } = (await subscribe(shop, 'starter')).body;
    const suspend = { requestId: 'suspend', reason: 'its documents have expired' };
    const suspended = await (await admin()).post(`/v1/admin/shops/${shop.shopId}:suspend`, { body: suspend });
    assert.equal(suspended.status, 200, JSON.stringify(suspended.body));
    const command = commander(shop, id);
    const refused = [400, 'SHOP_NOT_APPROVED'] as const;
    let asked = 0;
    // What services know of an approval is up to two seconds old.
    await eventually(async () => {
      asked += 1;
      assertRefusal(await command('change', { requestId: `c${asked}`, planId: 'growth' }), [...refused]);
    });
    assertRefusal(await command('resume', { requestId: 'r1' }), [...refused]);
    assert.equal(standing(await command('pause', { requestId: 'p1' })).status, 'PAUSED');
    assert.equal(standing(await command('cancel', { requestId: 'x1' })).status, 'CANCELLED');
  });

  it('of another shop looks as if it did not exist', async () => {
    const [asha, binu] = await Promise.all([openShop(), openShop()]);
    const { subscriptionId: id } = (await subscribe(asha, 'starter')).body;
    assertRefusal(await binu.api.get(`/v1/subscriptions/${String(id)}`), [404, 'SUBSCRIPTION_NOT_FOUND']);
    assertRefusal(await commander(binu, id)('pause', { requestId: 'p' }), [404, 'SUBSCRIPTION_NOT_FOUND']);
    assertRefusal(await subscribe({ ...binu, shopId: asha.shopId }, 'starter'), [404, 'SHOP_NOT_FOUND']);
    assertRefusal(await anybody.get(`/v1/subscriptions/${String(id)}`), [401, 'TOKEN_MISSING']);
  });
});
