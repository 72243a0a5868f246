import assert from 'node:assert/strict';
import { it } from 'node:test';
import { paise } from '@doffers/money';
import type { Campaign } from '../domain/campaign.ts';
import type { PhaseReport } from '../domain/launch.ts';
import type { LaunchRepository } from '../repositories/launch-repository.ts';
import { aQuote } from './quotes.ts';

type Place = {
  readonly launches: LaunchRepository;
  /** Stores a new draft. */
  draft(): Promise<Campaign>;
  read(campaignId: string): Promise<Campaign | undefined>;
};

const at = new Date('2026-11-23T06:00:00Z');
const later = new Date('2026-11-23T07:00:00Z');

/** What every repository of launches does; run inside a `describe`. */
export function launchesContract(place: () => Place): void {
  const asked = ({ id }: Campaign, requestId = 'r1') => ({
    campaignId: id,
    requestId,
    quoteId: aQuote().id,
    askedSendAt: later,
    createdAt: at,
    version: 1,
  });
  const report = (campaignId: string, changes: Partial<PhaseReport>): PhaseReport => ({
    campaignId,
    launchNo: 1,
    phase: 'sending',
    reason: '',
    held: undefined,
    captured: undefined,
    released: undefined,
    invoiceId: undefined,
    sequence: 1,
    ...changes,
  });
  const begun = async (requestId = 'r1') => {
    const campaign = await place().draft();
    return place().launches.begin(asked(campaign, requestId));
  };
  const state = async (campaignId: string) => (await place().read(campaignId))?.state;
  const refusal = { code: 'failed_precondition', reason: 'INSUFFICIENT_FUNDS', message: 'top up' } as const;

  it('gives a campaign to one of many requests, and the same launch to whoever repeats it', async () => {
    const { launches } = place();
    const campaign = await place().draft();
    const requests = Array.from({ length: 20 }, (_, index) => `r${index % 10}`);
    const outcomes = await Promise.allSettled(requests.map((id) => launches.begin(asked(campaign, id))));
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    assert.equal(won.length, 2);
    assert.deepEqual(won[0], won[1]);
    assert.equal(await state(campaign.id), 'launching');
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.reason, 'ALREADY_LAUNCHED');
    }
    assert.deepEqual(await launches.findByRequest(campaign.id, won[0]?.requestId ?? ''), won[0]);
  });

  it('refuses a quote of another version and a campaign that does not exist', async () => {
    const { launches } = place();
    const campaign = await place().draft();
    await assert.rejects(launches.begin({ ...asked(campaign), version: 2 }), { reason: 'QUOTE_STALE' });
    const nothing = { ...campaign, id: aQuote().id };
    await assert.rejects(launches.begin(asked(nothing)), { reason: 'CAMPAIGN_NOT_FOUND' });
    assert.equal(await state(campaign.id), 'draft');
  });

  it('notes what is held, and schedules the campaign unless its workflow was faster', async () => {
    const { launches } = place();
    const slow = await begun();
    const answer = { held: paise(17), sendAt: later };
    const launch = await launches.succeed(slow, answer, at);
    assert.deepEqual([launch.held, launch.sendAt], [17, later]);
    assert.equal(await state(slow.campaignId), 'scheduled');

    const fast = await begun();
    await launches.recordPhase(report(fast.campaignId, { held: paise(17) }), at);
    await launches.succeed(fast, answer, at);
    assert.equal(await state(fast.campaignId), 'sending');
  });

  it('opens the campaign again after a refusal; a late word of the old launch does not touch the new one', async () => {
    const { launches } = place();
    const first = await begun();
    assert.deepEqual((await launches.fail(first, refusal, later)).failure, refusal);
    assert.equal(await state(first.campaignId), 'failed');
    const campaign = await place().read(first.campaignId);
    assert.ok(campaign);
    const second = await launches.begin(asked(campaign, 'r2'));
    assert.equal(second.launchNo, 2);

    await launches.recordPhase(report(first.campaignId, { phase: 'failed', reason: 'OTHER' }), later);
    await launches.fail(first, refusal, later);
    assert.equal(await state(first.campaignId), 'launching');
    assert.deepEqual((await launches.find(first))?.failure, refusal);
  });

  it('takes reports in their order only, and nothing moves an ended campaign', async () => {
    const { launches } = place();
    const { campaignId } = await begun();
    const invoiceId = aQuote().id;
    await launches.recordPhase(report(campaignId, { phase: 'settling', sequence: 5, captured: paise(9) }), at);
    await launches.recordPhase(report(campaignId, { phase: 'sending', sequence: 4, captured: paise(5) }), at);
    assert.equal(await state(campaignId), 'settling');
    const end = { phase: 'completed', sequence: 6, released: paise(8), invoiceId } as const;
    await launches.recordPhase(report(campaignId, end), later);
    await launches.recordPhase(report(campaignId, { phase: 'sending', sequence: 7 }), later);
    assert.equal(await state(campaignId), 'completed');
    const launch = await launches.find({ campaignId, launchNo: 1 });
    assert.deepEqual(
      [launch?.captured, launch?.released, launch?.invoiceId, launch?.finishedAt],
      [9, 8, invoiceId, later],
    );
    const unknown = report(campaignId, { launchNo: 3 });
    await assert.rejects(launches.recordPhase(unknown, at), { reason: 'CAMPAIGN_NOT_FOUND' });
  });

  it('keeps the reason that only a report tells', async () => {
    const { launches } = place();
    const { campaignId } = await begun();
    await launches.recordPhase(report(campaignId, { phase: 'failed', reason: 'QUOTE_EXPIRED' }), later);
    assert.equal((await launches.find({ campaignId, launchNo: 1 }))?.failure?.reason, 'QUOTE_EXPIRED');
    assert.equal(await state(campaignId), 'failed');
  });

  it('lists launches without an answer, of a certain age', async () => {
    const { launches } = place();
    const stuck = await begun();
    const answered = await begun();
    await launches.succeed(answered, { held: paise(1), sendAt: at }, at);
    const ids = async (before: Date) => (await launches.listStuck(before, 100)).map(({ campaignId }) => campaignId);
    assert.ok((await ids(later)).includes(stuck.campaignId));
    assert.ok(!(await ids(later)).includes(answered.campaignId));
    assert.deepEqual(await ids(at), []);
    const [found] = await launches.listStuck(later, 1);
    assert.equal(found?.shopId, (await place().read(found?.campaignId ?? ''))?.shopId);
  });
}
