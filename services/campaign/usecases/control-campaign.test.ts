import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aCampaign } from '../test/campaigns.ts';
import { fakeDeps, now, owner, stranger } from '../test/fake-deps.ts';
import { aQuote } from '../test/quotes.ts';
import { controlCampaign, rescheduleCampaign } from './control-campaign.ts';

const campaignId = aCampaign().id;
const pause = { campaignId, requestId: 'p1', action: 'pause' } as const;
const running = () => fakeDeps(aCampaign({ state: 'sending', launchNo: 1 }));

describe('controlCampaign', () => {
  it('tells the workflow once and repeats its answer, even when the campaign has ended since', async () => {
    const deps = running();
    const first = await controlCampaign(deps, owner, pause);
    assert.deepEqual([first.state, first.openMessages], ['paused', 3]);
    deps.stored.set(campaignId, aCampaign({ state: 'completed', launchNo: 1 }));
    assert.deepEqual(await controlCampaign(deps, owner, pause), first);
    assert.deepEqual(deps.asked, ['paused p1']);
    await assert.rejects(controlCampaign(deps, owner, { ...pause, action: 'cancel' }), {
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('is for the owner of a running campaign', async () => {
    await assert.rejects(controlCampaign(running(), stranger, pause), { reason: 'CAMPAIGN_NOT_FOUND' });
    for (const state of ['draft', 'launching', 'failed', 'completed', 'cancelled'] as const) {
      const deps = fakeDeps(aCampaign({ state }));
      await assert.rejects(controlCampaign(deps, owner, pause), { reason: 'CAMPAIGN_STATE' });
      assert.deepEqual(deps.asked, []);
    }
  });
});

describe('rescheduleCampaign', () => {
  it('moves the send time, within 30 days', async () => {
    const deps = fakeDeps(aCampaign());
    const { id: quoteId } = aQuote();
    const launch = { campaignId, requestId: 'r1', quoteId, askedSendAt: undefined, createdAt: now, version: 1 };
    await deps.launches.succeed(await deps.launches.begin(launch), { held: aQuote().price.total, sendAt: now }, now);
    const sendAt = new Date('2026-11-25T06:00:00Z');
    const moved = await rescheduleCampaign(deps, owner, { campaignId, requestId: 's1', sendAt });
    assert.deepEqual([moved.state, moved.sendAt], ['scheduled', sendAt]);
    assert.deepEqual((await deps.launches.find({ campaignId, launchNo: 1 }))?.sendAt, sendAt);
    const past = new Date('2026-11-22T06:00:00Z');
    await assert.rejects(rescheduleCampaign(deps, owner, { campaignId, requestId: 's2', sendAt: past }), {
      reason: 'SEND_TIME_INVALID',
    });
    assert.deepEqual(deps.asked, ['rescheduled s1']);
  });
});
