import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import { aCampaign } from '../test/campaigns.ts';
import { type FakeDeps, fakeDeps, now, owner, stranger } from '../test/fake-deps.ts';
import { aQuote } from '../test/quotes.ts';
import { launchCampaign } from './launch-campaign.ts';
import { getLaunchPlan } from './launch-plan.ts';
import { sweepLaunches } from './sweep-launches.ts';

const draft = aCampaign();
const ask = (changes: object = {}) => ({
  campaignId: draft.id,
  requestId: 'r1',
  quoteId: aQuote().id,
  sendAt: undefined,
  ...changes,
});

function quoted(...campaigns: readonly ReturnType<typeof aCampaign>[]) {
  const deps = fakeDeps(...(campaigns.length > 0 ? campaigns : [draft]));
  deps.kept.quotes.set(aQuote().id, aQuote());
  return deps;
}

/** The same outside, whose workflows answer a launch with this error. */
function refusing(deps: FakeDeps, error: unknown): FakeDeps {
  return { ...deps, workflows: { ...deps.workflows, launch: () => Promise.reject(error) } };
}

const state = (deps: FakeDeps) => deps.stored.get(draft.id)?.state;
const poor = new DomainError('failed_precondition', 'INSUFFICIENT_FUNDS', 'top up');
const away = new DomainError('unavailable', 'WORKFLOWS_UNAVAILABLE', 'later');

describe('launchCampaign', () => {
  it('holds the money and schedules the campaign', async () => {
    const deps = quoted();
    const launch = await launchCampaign(deps, owner, ask());
    assert.deepEqual([launch.launchNo, launch.held, launch.sendAt], [1, 17, now]);
    assert.equal(state(deps), 'scheduled');
    assert.deepEqual(deps.asked, ['launch 1 r1']);
  });

  it('answers the same request alike without asking again, and refuses another', async () => {
    const deps = quoted();
    const first = await launchCampaign(deps, owner, ask());
    assert.deepEqual(await launchCampaign(deps, owner, ask()), first);
    assert.deepEqual(deps.asked, ['launch 1 r1']);
    await assert.rejects(launchCampaign(deps, owner, ask({ requestId: 'r2' })), { reason: 'ALREADY_LAUNCHED' });
    const other = ask({ sendAt: new Date('2026-11-24T06:00:00Z') });
    await assert.rejects(launchCampaign(deps, owner, other), { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('takes no campaign for a quote that does not hold, a bad send time, a stranger or an unapproved shop', async () => {
    const deps = quoted();
    const refused = (changes: object, reason: string, actor = owner) =>
      assert.rejects(launchCampaign(deps, actor, ask(changes)), { reason });
    await refused({}, 'CAMPAIGN_NOT_FOUND', stranger);
    await refused({ quoteId: draft.id }, 'QUOTE_NOT_FOUND');
    await refused({ sendAt: new Date('2026-11-22T06:00:00Z') }, 'SEND_TIME_INVALID');
    await refused({ sendAt: new Date('2026-12-02T06:00:00Z') }, 'OFFER_NOT_LIVE');
    deps.outside.approved = false;
    await refused({}, 'SHOP_NOT_APPROVED');
    deps.outside.now = aQuote().expiresAt;
    await refused({}, 'QUOTE_EXPIRED');
    const changed = quoted(aCampaign({ version: 2 }));
    await assert.rejects(launchCampaign(changed, owner, ask()), { reason: 'QUOTE_STALE' });
    assert.deepEqual([state(deps), deps.asked], ['draft', []]);
  });

  it('fails without funds, says so to whoever repeats the request, and may be launched again by the next', async () => {
    const deps = quoted();
    await assert.rejects(launchCampaign(refusing(deps, poor), owner, ask()), { reason: 'INSUFFICIENT_FUNDS' });
    assert.equal(state(deps), 'failed');
    await assert.rejects(launchCampaign(deps, owner, ask()), { reason: 'INSUFFICIENT_FUNDS', message: 'top up' });
    const launch = await launchCampaign(deps, owner, ask({ requestId: 'r2' }));
    assert.deepEqual([launch.launchNo, state(deps)], [2, 'scheduled']);
  });

  it('stays open when the workflow cannot be asked, and goes on when the request comes again', async () => {
    const deps = quoted();
    await assert.rejects(launchCampaign(refusing(deps, away), owner, ask()), { reason: 'WORKFLOWS_UNAVAILABLE' });
    assert.equal(state(deps), 'launching');
    assert.equal((await launchCampaign(deps, owner, ask())).launchNo, 1);
    assert.equal(state(deps), 'scheduled');
  });
});

describe('the sweep of launches', () => {
  const inCall = async (_launch: unknown, work: () => Promise<void>) => work().catch(() => undefined);
  const stuck = async () => {
    const deps = quoted();
    await assert.rejects(launchCampaign(refusing(deps, away), owner, ask()));
    return deps;
  };

  it('finishes a launch whose caller is gone, but not one that is just being made', async () => {
    const deps = await stuck();
    assert.equal(await sweepLaunches({ ...deps, inCall }), 0);
    deps.outside.now = new Date(now.getTime() + 10_001);
    assert.equal(await sweepLaunches({ ...deps, inCall }), 1);
    assert.equal(state(deps), 'scheduled');
    assert.equal((await launchCampaign(deps, owner, ask())).held, paise(17));
  });

  it('takes a refusal as the end, and leaves what cannot be asked for the next time', async () => {
    const deps = await stuck();
    deps.outside.now = new Date(now.getTime() + 10_001);
    assert.equal(await sweepLaunches({ ...refusing(deps, away), inCall }), 0);
    assert.equal(state(deps), 'launching');
    assert.equal(await sweepLaunches({ ...refusing(deps, poor), inCall }), 1);
    assert.equal(state(deps), 'failed');
  });
});

describe('the plan of a launch', () => {
  it('is the quote and what is said, for the newest launch only', async () => {
    const deps = quoted();
    await assert.rejects(launchCampaign(refusing(deps, poor), owner, ask()));
    const first = { campaignId: draft.id, launchNo: 1 };
    assert.equal((await getLaunchPlan(deps, first)).quote.audienceId, aQuote().audienceId);
    await launchCampaign(deps, owner, ask({ requestId: 'r2' }));
    await assert.rejects(getLaunchPlan(deps, first), { reason: 'QUOTE_STALE' });
    await assert.rejects(getLaunchPlan(deps, { ...first, launchNo: 9 }), { reason: 'CAMPAIGN_NOT_FOUND' });
    assert.equal((await getLaunchPlan(deps, { ...first, launchNo: 2 })).campaign.id, draft.id);
  });
});
