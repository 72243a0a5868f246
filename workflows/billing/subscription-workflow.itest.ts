import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { Subscription_Status as Status } from '@doffers/proto/payment/v1/subscription_service';
import { eventually } from '@doffers/testkit';
import { type SubscriptionSweepWorkflow, subscriptionSweepWorkflow, taskQueues } from '../contracts/index.ts';
import { type FakePlatform, refuses } from '../test/fake-platform.ts';
import { createSubscriptionStage } from '../test/subscription-story.ts';

let stage: Awaited<ReturnType<typeof createSubscriptionStage>>;
before(async () => void (stage = await createSubscriptionStage()));
after(() => stage.close());
const story: typeof stage.story = (...scene) => stage.story(...scene);

/** Stories run side by side, also on a busy machine. */
const soon = <T>(check: () => Promise<T> | T) => eventually(check, { timeoutMs: 60_000 });
const cancelNow = { kind: 'cancel', when: 'now' } as const;
const isRefused = (reason: string) => (error: unknown) => error instanceof DomainError && error.reason === reason;
const noticesOf = ({ notices }: FakePlatform) => [...notices.keys()].map((key) => key.split('/').slice(2).join('/'));

describe('the clockwork of a subscription', { concurrency: 3 }, () => {
  it('renews for two years and a trial, in a run for each period, on the anchor’s day, and never twice', () =>
    story('subscription-ended-after-two-years', async ({ it: paid, bills, platform, start, handle }) => {
      paid.price = 0; // an invoice each month is told of elsewhere
      paid.anchor = new Date('2027-01-31T03:30:00Z').getTime();
      paid.periodEnd = Date.now() + 14 * 86_400_000;
      paid.months = 24;
      paid.endsAfter = 24;
      await start();
      await handle.result();
      const days = paid.periods.map((period) => istDay(new Date(period.start)));
      assert.deepEqual(
        paid.periods.map(({ no }) => no),
        Array.from({ length: 24 }, (_, n) => n + 1),
      );
      assert.deepEqual(
        [days[1], days[2], days[13], days[14]],
        ['2027-02-28', '2027-03-31', '2028-02-29', '2028-03-31'],
      );
      assert.equal(paid.calls.filter((call) => call.startsWith('charge')).length, 24);
      assert.equal(new Set([...bills.values()].map(({ key }) => key)).size, bills.size);
      assert.ok(noticesOf(platform).includes('notice/trial'));
    }));

  it('tries a debt on days 0, 1, 3 and 7, tells each time, and suspends after the grace', () =>
    story('subscription-suspended', async ({ it: owing, platform, start, command, handle }) => {
      owing.months = 0;
      owing.behindMs = 30_000; // the clocks of two machines
      await start();
      await soon(() => assert.equal(owing.status, Status.SUSPENDED));
      const tries = owing.calls.filter((call) => call.startsWith('charge'));
      assert.deepEqual(
        tries,
        [1, 2, 3, 4].map((n) => `charge cycle/1/try/${n}`),
      );
      assert.equal(owing.reason, 'UNPAID');
      await soon(() =>
        assert.deepEqual(noticesOf(platform), [
          'notice/trial',
          ...[1, 2, 3, 4].map((n) => `notice/cycle/1/try/${n}`),
          'notice/cycle/1/suspended',
        ]),
      );
      await command(cancelNow);
      assert.deepEqual(await handle.result(), { outcome: 'ended' });
      const { startTime, closeTime } = await handle.describe();
      assert.ok((closeTime?.getTime() ?? 0) - startTime.getTime() >= 23 * 86_400_000, 'trial and grace');
    }));

  it('goes on as if nothing had happened when a later attempt is paid, and at once when a person asks', () =>
    story('subscription-recovered', async ({ it: owing, flows, about, command, handle }) => {
      owing.months = 0;
      owing.status = Status.PAST_DUE;
      owing.periodNo = 1;
      owing.periodEnd = Date.now() - 1_000;
      await flows.ensure(about);
      await soon(() => assert.deepEqual(owing.calls.slice(0, 1), ['charge cycle/2/try/1']));
      await assert.rejects(command({ kind: 'resume' }), isRefused('INSUFFICIENT_FUNDS'));
      owing.months = 1;
      await command({ kind: 'resume' }, 'pay');
      await command({ kind: 'resume' }, 'pay');
      assert.deepEqual([owing.status, owing.periodNo], [Status.ACTIVE, 2]);
      await command(cancelNow);
      assert.deepEqual(await handle.result(), { outcome: 'ended' });
    }));

  it('upgrades for money, plans a downgrade, and has it count from the next period on', () =>
    story('subscription-changed', async ({ it: active, flows, about, platform, start, command, handle }) => {
      active.status = Status.ACTIVE;
      active.periodNo = 1;
      active.periodEnd = Date.now() + 86_400_000;
      await flows.ensure(about);
      await command({ kind: 'change', planId: 'growth' }, 'up');
      await command({ kind: 'change', planId: 'growth' }, 'up');
      assert.equal(active.plan, 'growth');
      assert.equal(
        active.calls.filter((call) => call.startsWith('charge')).length,
        1,
        'the same request is one upgrade',
      );
      await soon(() => assert.equal(platform.invoices.size, 1));
      await command({ kind: 'change', planId: 'mini' });
      assert.equal(active.plan, 'growth', 'until the period ends');
      active.endsAfter = 1;
      await start();
      await handle.result();
      assert.deepEqual(
        active.periods.map(({ plan }) => plan),
        ['mini'],
      );
    }));

  it('that cannot pay for an upgrade keeps its plan, and the draft is void', () =>
    story('subscription-upgrade-refused', async ({ it: active, bills, flows, about, command, handle }) => {
      Object.assign(active, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now() + 86_400_000, months: 0 });
      await flows.ensure(about);
      const upgrade = () => command({ kind: 'change', planId: 'growth' }, 'up');
      await assert.rejects(upgrade(), isRefused('INSUFFICIENT_FUNDS'));
      assert.equal(active.plan, 'starter');
      assert.deepEqual(
        [...bills.values()].map(({ state }) => state),
        ['undone'],
      );
      active.months = 1;
      await upgrade();
      assert.equal(active.plan, 'growth', 'the same request, once there is money');
      await command(cancelNow);
      await handle.result();
    }));

  it('that is paused lets what was paid lapse, and can be ended', () =>
    story('subscription-lapsed', async ({ it: paused, flows, about, start, command, handle }) => {
      Object.assign(paused, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now() + 3_600_000 });
      await flows.ensure(about);
      await command({ kind: 'pause' });
      await start();
      await soon(() => assert.ok(paused.calls.includes('move LAPSED')));
      await command(cancelNow);
      assert.deepEqual(await handle.result(), { outcome: 'ended' });
      assert.ok(!paused.calls.some((call) => call.startsWith('charge')), 'nothing was taken');
    }));

  it('that is resumed and cancelled ends with its period, and takes no command after its end', () =>
    story('subscription-cancelled', async ({ it: active, flows, about, start, command, handle }) => {
      Object.assign(active, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now() + 3_600_000 });
      await flows.ensure(about);
      await command({ kind: 'pause' });
      await command({ kind: 'resume' });
      await command({ kind: 'cancel', when: 'at_end' });
      await start();
      assert.deepEqual(await handle.result(), { outcome: 'ended' });
      assert.deepEqual([active.status, active.reason], [Status.CANCELLED, 'CANCELLED']);
      assert.ok(!active.calls.some((call) => call.startsWith('charge')), 'nothing was taken');
      await assert.rejects(command({ kind: 'resume' }), isRefused('SUBSCRIPTION_STATE'));
    }));

  it('that cannot take its first payment ends, and says so', () =>
    story('subscription-not-started', async ({ it: poor, platform, flows, about, handle }) => {
      Object.assign(poor, { status: Status.INCOMPLETE, periodEnd: Date.now(), months: 0, refusal: 'WALLET_FROZEN' });
      await flows.ensure(about);
      assert.deepEqual(await handle.result(), { outcome: 'ended' });
      assert.equal(poor.reason, 'FIRST_PAYMENT_FAILED');
      assert.deepEqual(noticesOf(platform), ['notice/first']);
      const [{ body = '' } = {}] = platform.notices.values();
      assert.match(body, /^₹588.82 could not be taken: nothing can be paid from your wallet/, 'not: top it up');
    }));

  it('undoes a renewal that cannot be granted, waits for a person, and bills it anew', () => {
    let broken = true;
    return story(
      'subscription-renewal-undone',
      async ({ it: paid, env, flows, about, platform, command, handle }) => {
        Object.assign(paid, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now(), months: 1 });
        await flows.ensure(about);
        const flagged = `WorkflowId = "${handle.workflowId}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_renewal"`;
        await soon(async () => assert.equal((await env.client.workflow.count(flagged)).count, 1));
        assert.deepEqual(paid.calls, ['charge cycle/2/try/1', 'revoke cycle/2', 'refund cycle/2']);
        assert.deepEqual([paid.months, platform.invoices.size], [1, 0]);
        broken = false;
        const decision = { step: 'renewal', decision: 'retry', note: 'mended' } as const;
        await handle.executeUpdate('resolveCompensation', { args: [decision] });
        await soon(() => assert.equal(paid.periodNo, 2));
        assert.equal(paid.calls.at(-1), 'activate cycle/2/again/1');
        await command(cancelNow);
        await handle.result();
      },
      ({ clients }) => ({
        grantBill: (request) => (broken ? refuses('GRANT_BROKEN')() : clients.subscriptions.grantBill(request)),
      }),
    );
  });

  it('whose steps took effect unheard are done once', () => {
    const unheard = new Set<string>();
    /** Does what it is asked, and loses the first answer. */
    const losing =
      <I extends object, O>(name: string, step: (input: I) => Promise<O>) =>
      async (input: I): Promise<O> => {
        const answer = await step(input);
        if (unheard.has(name)) return answer;
        unheard.add(name);
        throw new DomainError('unavailable', 'CUT', 'the answer was lost');
      };
    return story(
      'subscription-unheard',
      async ({ it: paid, bills, flows, about, platform, command, handle }) => {
        Object.assign(paid, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now(), months: 2 });
        await flows.ensure(about);
        await soon(() => assert.equal(platform.invoices.size, 1));
        assert.deepEqual([...unheard], ['open', 'charge', 'grant', 'activate']);
        assert.deepEqual([paid.months, paid.periodNo, bills.size], [1, 2, 1]);
        await command(cancelNow);
        await handle.result();
      },
      ({ clients: { subscriptions } }) => ({
        openBill: losing('open', subscriptions.openBill),
        chargeBill: losing('charge', subscriptions.chargeBill),
        grantBill: losing('grant', subscriptions.grantBill),
        activateBill: losing('activate', subscriptions.activateBill),
      }),
    );
  });

  it('that is cancelled from outside in the middle of a renewal undoes it, and is started again by the net', () => {
    let stuck = true;
    return story(
      'subscription-cancelled-workflow',
      async ({ it: paid, flows, about, command, handle }) => {
        Object.assign(paid, { status: Status.ACTIVE, periodNo: 1, periodEnd: Date.now(), months: 1 });
        await flows.ensure(about);
        await soon(() => assert.ok(paid.calls.includes('charge cycle/2/try/1')));
        await handle.cancel();
        await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
        assert.deepEqual([paid.months, paid.periodNo], [1, 1]);
        stuck = false;
        await Promise.all([flows.ensure(about), flows.ensure(about)]);
        await soon(() => assert.equal(paid.periodNo, 2));
        await command(cancelNow);
        await handle.result();
      },
      ({ clients }) => ({
        async grantBill(request) {
          if (stuck) throw new DomainError('unavailable', 'DOWN', 'not now');
          return clients.subscriptions.grantBill(request);
        },
      }),
    );
  });
});

/** A payment service that cannot grant yet. */
function stuckGrants() {
  const script = { tries: 0, stuckFor: Number.POSITIVE_INFINITY };
  const instead = ({ clients }: FakePlatform): Partial<FakePlatform['clients']['subscriptions']> => ({
    async grantBill(request) {
      script.tries += 1;
      if (script.tries <= script.stuckFor) throw new DomainError('unavailable', 'DOWN', 'not now');
      return clients.subscriptions.grantBill(request);
    },
  });
  return { script, instead, mend: () => void (script.stuckFor = 0) };
}

describe('a command that is paying', { concurrency: 3 }, () => {
  const active = { status: Status.ACTIVE, periodNo: 1, months: 1 };
  const upgrade = { kind: 'change', planId: 'growth' } as const;

  it('is undone when the workflow is cancelled, and paid once when it is asked again', { timeout: 120_000 }, () => {
    const { script, instead, mend } = stuckGrants();
    return story(
      'subscription-cancelled-while-paying',
      async ({ it: paid, bills, flows, about, command, handle }) => {
        Object.assign(paid, { ...active, periodEnd: Date.now() + 86_400_000 });
        await flows.ensure(about);
        const first = assert.rejects(command(upgrade, 'up'));
        await soon(() => assert.ok(script.tries > 0));
        await handle.cancel();
        await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
        await first;
        assert.deepEqual([paid.months, paid.plan], [1, 'starter'], 'the workflow has waited until it was undone');
        mend();
        await command(upgrade, 'up');
        assert.deepEqual([paid.months, paid.plan], [0, 'growth']);
        const keys = [...bills.values()].map(({ key, state }) => [key.split('/').slice(2).join('/'), state]);
        assert.deepEqual(keys, [
          ['cycle/1/change/growth/up', 'undone'],
          ['cycle/1/change/growth/up/again/1', 'active'],
        ]);
        await command(cancelNow);
        await handle.result();
      },
      instead,
    );
  });

  for (const [name, command_, state] of [
    ['an upgrade', upgrade, active],
    ['a new beginning', { kind: 'resume' } as const, { ...active, status: Status.SUSPENDED }],
  ] as const) {
    it(`is found and finished when the workflow was terminated: ${name} is charged once`, () => {
      const { script, instead, mend } = stuckGrants();
      return story(
        `subscription-terminated-${command_.kind}`,
        async ({ it: paid, bills, flows, about, command, handle }) => {
          Object.assign(paid, { ...state, periodEnd: Date.now() + 86_400_000 });
          await flows.ensure(about);
          const first = assert.rejects(command(command_, 'once'));
          await soon(() => assert.ok(script.tries > 0));
          await handle.terminate();
          await first;
          assert.equal(paid.months, 0, 'it was charged');
          mend();
          await command(command_, 'once');
          const states = [...bills.values()].map((bill) => bill.state);
          assert.deepEqual([paid.months, paid.status, states], [0, Status.ACTIVE, ['active']]);
          await command(cancelNow);
          await handle.result();
        },
        instead,
      );
    });
  }

  it('is not overtaken by the end of a pause, which takes nothing of the new month', () => {
    const { script, instead } = stuckGrants();
    script.stuckFor = 3;
    return story(
      'subscription-resumed-late',
      async ({ it: paused, command, handle }) => {
        Object.assign(paused, { ...active, status: Status.PAUSED, periodEnd: Date.now() - 1_000 });
        await command({ kind: 'resume' });
        assert.deepEqual([paused.status, paused.periodNo, paused.months], [Status.ACTIVE, 2, 0]);
        await command(cancelNow);
        await handle.result();
        assert.ok(!paused.calls.includes('move LAPSED'), paused.calls.join());
      },
      instead,
    );
  });

  it('does not wait for a notice that nobody takes', { timeout: 120_000 }, () =>
    story('subscription-resumed-untold', async ({ it: owing, platform, flows, about, command, handle }) => {
      const { inbox } = platform.clients;
      const { sendNotice } = inbox;
      let refused = 0;
      const away: typeof sendNotice = async () => {
        refused += 1;
        throw new DomainError('unavailable', 'DOWN', 'notification is away');
      };
      Object.assign(inbox, { sendNotice: away });
      Object.assign(owing, { ...active, months: 0, periodEnd: Date.now() - 1_000 });
      await flows.ensure(about);
      await soon(() => assert.ok(refused > 0));
      owing.months = 1;
      await command({ kind: 'resume' });
      assert.deepEqual([owing.status, owing.periodNo], [Status.ACTIVE, 2]);
      Object.assign(inbox, { sendNotice });
      await command(cancelNow);
      await handle.result();
    }),
  );
});

describe('the safety net', () => {
  it('asks the payment service who has no clockwork', async () => {
    const result = await stage.env.client.workflow.execute<SubscriptionSweepWorkflow>(subscriptionSweepWorkflow, {
      workflowId: 'subscription-sweep',
      taskQueue: taskQueues.workflow,
    });
    assert.deepEqual(result, { restarted: 6 }, 'page by page');
  });
});
