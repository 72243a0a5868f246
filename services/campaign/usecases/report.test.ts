import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LaunchPhase } from '../domain/campaign.ts';
import type { ChannelCounts } from '../domain/funnel.ts';
import { aCampaign } from '../test/campaigns.ts';
import { type FakeDeps, fakeDeps, now, owner, stranger } from '../test/fake-deps.ts';
import { aQuote } from '../test/quotes.ts';
import { launchCampaign } from './launch-campaign.ts';
import { recordPhase } from './launch-plan.ts';
import { getProgress, type Progress } from './progress.ts';
import { getReport, listRecipients } from './report.ts';
import { watchCampaign } from './watch-campaign.ts';

const campaignId = aCampaign().id;

async function launched(): Promise<FakeDeps> {
  const deps = fakeDeps(aCampaign());
  const quote = aQuote();
  deps.kept.quotes.set(quote.id, quote);
  await launchCampaign(deps, owner, { campaignId, requestId: 'r1', quoteId: quote.id, sendAt: undefined });
  return deps;
}

function report(deps: FakeDeps, phase: LaunchPhase, sequence: number, money: object = {}) {
  const nothing = { held: undefined, captured: undefined, released: undefined, invoiceId: undefined };
  return recordPhase(deps, { campaignId, launchNo: 1, phase, reason: '', sequence, ...nothing, ...money });
}

const push = (changes: Partial<ChannelCounts> = {}): ChannelCounts => {
  const none = { accepted: 0, delivered: 0, read: 0, failed: 0, suppressed: 0, unknown: 0, billable: 0 };
  return { channel: 'push', size: 2, pending: 0, ...none, heldUpBy: '', reasons: [], ...changes };
};

describe('the progress of a campaign', () => {
  it('is the quote until the ledger counts', async () => {
    const deps = await launched();
    const waiting = await getProgress(deps, owner, campaignId);
    assert.deepEqual([waiting.state, waiting.percent, waiting.sendAt], ['scheduled', 0, now]);
    assert.deepEqual(
      waiting.funnels.map(({ channel, pending }) => [channel, pending]),
      [
        ['push', 2],
        ['in_app', 2],
      ],
    );
    deps.outside.counts = [push({ accepted: 1, pending: 1 })];
    assert.equal((await getProgress(deps, owner, campaignId)).percent, 50);
  });

  it('says that nothing was sent when the campaign was cancelled before it began', async () => {
    const deps = await launched();
    await report(deps, 'cancelled', 1);
    const [funnel] = (await getProgress(deps, owner, campaignId)).funnels;
    assert.deepEqual([funnel?.suppressed, funnel?.reasons[0]?.reason], [2, 'CANCELLED']);
  });

  it('is for the owner, and of a campaign that was launched', async () => {
    const draft = fakeDeps(aCampaign());
    await assert.rejects(getProgress(draft, owner, campaignId), { reason: 'CAMPAIGN_STATE' });
    await assert.rejects(getReport(draft, owner, campaignId), { reason: 'CAMPAIGN_STATE' });
    const query = { campaignId, channel: 'push', pageSize: 100, pageToken: '', state: '' } as const;
    await assert.rejects(listRecipients(draft, owner, query), { reason: 'CAMPAIGN_STATE' });
    const deps = await launched();
    await assert.rejects(getProgress(deps, stranger, campaignId), { reason: 'CAMPAIGN_NOT_FOUND' });
    await assert.rejects(listRecipients(deps, stranger, query), { reason: 'CAMPAIGN_NOT_FOUND' });
    const { nextPageToken, exclusions } = await listRecipients(deps, owner, query);
    assert.deepEqual([nextPageToken, exclusions], ['after 100', [{ channel: 'push', reason: 'OPTED_OUT', count: 1 }]]);
  });
});

describe('watching a campaign', () => {
  it('tells changes only, at most one a second, and ends with the end', async () => {
    const deps = await launched();
    const pauses: number[] = [];
    const steps = [
      () => report(deps, 'sending', 1),
      () => Promise.resolve(), // nothing happens: nothing is told
      () => report(deps, 'settling', 2),
      () => report(deps, 'completed', 3),
    ];
    const pause = async (ms: number) => {
      pauses.push(ms);
      await steps.shift()?.();
    };
    const told: [boolean, Progress['state']][] = [];
    const signal = new AbortController().signal;
    for await (const { done, progress } of watchCampaign({ ...deps, pause }, owner, campaignId, signal)) {
      told.push([done, progress.state]);
    }
    assert.deepEqual(told, [
      [false, 'scheduled'],
      [false, 'sending'],
      [false, 'settling'],
      [true, 'completed'],
    ]);
    assert.deepEqual(pauses, [1_000, 1_000, 1_000, 1_000]);
  });

  it('says something before a gateway takes its silence for death, and stops with its reader', async () => {
    const deps = await launched();
    const reader = new AbortController();
    let looks = 0;
    const pause = async () => {
      looks++;
      if (looks === 45) reader.abort();
    };
    let events = 0;
    for await (const { done } of watchCampaign({ ...deps, pause }, owner, campaignId, reader.signal)) {
      assert.equal(done, false);
      events++;
    }
    assert.equal(looks, 45);
    assert.equal(events, 3);
  });
});

describe('the report of a campaign', () => {
  it('has money and invoice once the workflow has told them', async () => {
    const deps = await launched();
    const running = await getReport(deps, owner, campaignId);
    assert.deepEqual([running.launch.held, running.launch.captured, running.invoice], [17, 0, undefined]);
    const invoiceId = '019ab000-0000-7000-8000-000000000077';
    await report(deps, 'completed', 4, { captured: 12, released: 5, invoiceId });
    const { launch, invoice, quote } = await getReport(deps, owner, campaignId);
    assert.deepEqual([launch.captured, launch.released, launch.finishedAt], [12, 5, now]);
    assert.deepEqual([invoice?.number, invoice?.total], ['DOF/2627/000077', 17]);
    assert.deepEqual(quote.exclusions, [{ channel: 'push', reason: 'OPTED_OUT', count: 1 }]);
  });
});
