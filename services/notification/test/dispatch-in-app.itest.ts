import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { newId } from '@doffers/database';
import { Channel as WireChannel } from '@doffers/proto/campaign/v1/channel';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { setDispatchState, stopDispatch } from '../usecases/control-dispatch.ts';
import { listRecipients } from '../usecases/list-recipients.ts';
import { readProgress } from '../usecases/read-progress.ts';
import { dispatchWorld, drain } from './dispatch-world.ts';

describe('dispatching in-app messages', () => {
  let world: Awaited<ReturnType<typeof dispatchWorld>>;
  before(async () => {
    world = await dispatchWorld('in_app', { members: { gate: (seq) => (seq % 10 === 3 ? 2 : 0) } });
  });
  after(() => world.close());

  const inboxOf = async (campaignId: string) => {
    const [{ n, people }] = await world.db.query(
      'SELECT COUNT(*) AS n, COUNT(DISTINCT user_id) AS people FROM inbox_message WHERE content_id = UNHEX(?)',
      [campaignId.replaceAll('-', '')],
    );
    return { n: Number(n), people: Number(people) };
  };

  it('writes to each of 20,000 members once, in lanes, and counts exactly', async () => {
    const id = await world.prepare('in_app', 20_000);
    const lanes = await Promise.all(
      [0, 5_000, 10_000, 15_000].map((from) => drain(world.chunk(id, 'in_app', { from, to: from + 5_000 }))),
    );
    assert.equal(
      lanes.reduce((sum, lane) => sum + lane.accepted, 0),
      18_000,
    );
    const { accepted, suppressed, pending, billable, reasons } = await world.progress(id);
    assert.deepEqual(
      { accepted, suppressed, pending, billable },
      { accepted: 18_000, suppressed: 2_000, pending: 0, billable: 18_000 },
    );
    assert.deepEqual(reasons, [{ state: 'SUPPRESSED', reason: 'OPTED_OUT', count: 2_000 }]);
    assert.deepEqual(await world.counted(id), { 20: 18_000, 35: 2_000 });
    assert.deepEqual(await inboxOf(id), { n: 18_000, people: 18_000 });
  });

  it('stops at a pause in the middle, and after the resume everybody has one message', async () => {
    const id = await world.prepare('in_app', 10_000);
    const first = world.chunk(id, 'in_app');
    assert.equal((await first.next()).value?.nextSeq, 500);
    assert.deepEqual(await setDispatchState(world.deps, id, true), { openMessages: 0 });
    const paused = await drain(first);
    assert.equal(paused.halt, 'paused');
    const { accepted } = await world.progress(id);
    assert.equal((await drain(world.chunk(id, 'in_app', { from: 0, token: 2n }))).halt, 'paused');
    assert.equal((await world.progress(id)).accepted, accepted);
    await setDispatchState(world.deps, id, false);
    const resumed = await drain(world.chunk(id, 'in_app', { from: 0, token: 3n }));
    assert.deepEqual([resumed.accepted, resumed.suppressed, resumed.halt], [9_000, 1_000, undefined]);
    assert.deepEqual(await inboxOf(id), { n: 9_000, people: 9_000 });
  });

  it('closes every group that nobody claimed when it is stopped, of a million too, and stays stopped', async () => {
    const id = await world.prepare('in_app', 1_000_123);
    await world.chunk(id, 'in_app').next();
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await stopDispatch(world.deps, id, 101), { openMessages: 0 });
      const { accepted, suppressed, pending, reasons } = await world.progress(id);
      assert.deepEqual({ accepted, suppressed, pending }, { accepted: 450, suppressed: 999_673, pending: 0 });
      assert.deepEqual(reasons, [
        { state: 'SUPPRESSED', reason: 'OPTED_OUT', count: 50 },
        { state: 'SUPPRESSED', reason: 'BUDGET_STOP', count: 999_623 },
      ]);
    }
    await setDispatchState(world.deps, id, false);
    assert.equal((await drain(world.chunk(id, 'in_app', { from: 500, to: 1_000, token: 9n }))).suppressed, 500);
    assert.equal((await readProgress(world.deps, id)).allFinal, true);
    const { recipients } = await listRecipients(world.deps, {
      campaignId: id,
      channel: 'in_app',
      from: 498,
      limit: 3,
      state: '',
    });
    assert.deepEqual(
      recipients.map(({ deliveryId, state, reason, billed }) => [deliveryId.slice(37), state, reason, billed]),
      [
        ['i.498', 'ACCEPTED', '', true],
        ['i.499', 'ACCEPTED', '', true],
        ['i.500', 'SUPPRESSED', 'BUDGET_STOP', false],
      ],
    );
  });

  it('counts what an earlier call closed, and writes nothing twice', async () => {
    const id = await world.prepare('in_app', 1_200);
    const totals = await Promise.all(
      [1n, 2n, 3n].map((token) => drain(world.chunk(id, 'in_app', { token, by: world.process() }))),
    );
    for (const { accepted, nextSeq } of totals) assert.deepEqual([accepted, nextSeq], [1_080, 1_200]);
    assert.deepEqual(await inboxOf(id), { n: 1_080, people: 1_080 });
  });

  it('ends with its budget, says where it stands, and does not take a range off the grid', async () => {
    const id = await world.prepare('in_app', 1_200);
    await assert.rejects(drain(world.chunk(id, 'in_app', { from: 100 })), { reason: 'OFF_GRID' });
    await assert.rejects(drain(world.chunk(id, 'in_app', { to: 700 })), { reason: 'OFF_GRID' });
    const step = await drain(world.chunk(id, 'in_app', { budgetMs: 1 }));
    assert.equal(step.halt, 'budget');
    assert.equal(step.accepted, Math.ceil(step.nextSeq * 0.9));
  });

  it('ends a cancelled call as cancelled, never as done', async () => {
    const id = await world.prepare('in_app', 10_000);
    const abort = new AbortController();
    const call = world.chunk(id, 'in_app', { signal: abort.signal });
    await call.next();
    abort.abort();
    await assert.rejects(drain(call), { reason: 'CANCELLED' });
    const { accepted, pending } = await world.progress(id);
    assert.deepEqual([accepted, pending], [450, 9_500]);
  });

  it('says when the sending window opens instead of sending at night', async () => {
    const night = await dispatchWorld('window', {
      sendWindow: '10:00-21:00',
      now: () => new Date('2026-11-23T15:30:00Z'),
    });
    try {
      const id = await night.prepare('in_app', 10);
      const { halt, resumeAt, nextSeq } = await drain(night.chunk(id, 'in_app'));
      assert.deepEqual([halt, resumeAt?.toISOString(), nextSeq], ['window', '2026-11-24T04:30:00.000Z', 0]);
      assert.equal((await night.progress(id)).pending, 10);
    } finally {
      await night.close();
    }
  });

  it('tells of each group whom it reached, when somebody counts', async () => {
    const id = await world.prepare('in_app', 20);
    await drain(world.chunk(id, 'in_app', { by: world.process({ recordReach: true }) }));
    const [{ payload }] = await world.db.query("SELECT payload FROM outbox WHERE topic = 'user.reach'");
    const { reached, firstSeq } = JSON.parse(payload);
    assert.equal(firstSeq, 0);
    // Members 3 and 13 are gated; the lowest bit is the first member.
    assert.equal(Buffer.from(reached, 'base64').toString('hex'), 'f7df0f');
  });

  it('is served over gRPC', async () => {
    const server = await world.service();
    try {
      const dispatch = server.service(DispatchService);
      const campaignId = newId();
      const plan = {
        campaignId,
        launchNo: 1,
        shopId: newId(),
        audienceId: newId(),
        content: { title: 'a', body: 'b' },
        channels: [{ channel: WireChannel.IN_APP, size: 1_000, chargeMicros: 20_000 }],
      };
      const { grids } = await dispatch.prepareDispatch(plan);
      assert.deepEqual(
        await dispatch.prepareDispatch({
          ...plan,
          channels: [{ channel: WireChannel.IN_APP, size: 7, chargeMicros: 1 }],
        }),
        await dispatch.prepareDispatch(plan),
      );
      const elsewhere = { ...plan, audienceId: newId() };
      await dispatch.prepareDispatch({ ...elsewhere, launchNo: 2, channels: [{ channel: WireChannel.PUSH, size: 7 }] });
      await assert.rejects(dispatch.prepareDispatch(plan), { reason: 'LAUNCH_SUPERSEDED' });
      assert.deepEqual((await dispatch.prepareDispatch({ ...plan, launchNo: 3 })).grids, grids, 'nothing of 2 is left');
      assert.deepEqual([grids[0]?.groupSize, grids[0]?.chunkSize, grids[0]?.lanes], [500, 5_000, 4]);
      const events = [];
      for await (const { nextSeq, accepted } of dispatch.dispatchChunk({
        campaignId,
        channel: WireChannel.IN_APP,
        toSeq: 1_000,
        token: 1n,
        budgetMs: 5_000,
      }))
        events.push([nextSeq, accepted]);
      assert.deepEqual(events, [
        [500, 450],
        [1_000, 450],
      ]);
      await assert.rejects(dispatch.prepareDispatch({ ...plan, launchNo: 4 }), { reason: 'ALREADY_SENDING' });
      const { channels, allFinal } = await dispatch.settleDispatch({ campaignId });
      assert.deepEqual([channels[0]?.billable, allFinal], [900n, true]);
      const list = { campaignId, channel: WireChannel.IN_APP, pageSize: 600 };
      const { recipients, nextPageToken: pageToken } = await dispatch.listRecipients(list);
      const rest = await dispatch.listRecipients({ ...list, pageToken });
      assert.deepEqual([recipients.length, rest.recipients.length, rest.nextPageToken], [600, 400, '']);
      const userId = newId();
      const test = { campaignId, userId, channel: WireChannel.IN_APP, content: { title: 'a', body: 'b' }, number: 1 };
      assert.deepEqual(await dispatch.sendTest(test), await dispatch.sendTest(test));
      await assert.rejects(dispatch.getDispatchProgress({ campaignId: newId() }), { reason: 'DISPATCH_NOT_FOUND' });
    } finally {
      await server.stop();
    }
  });
});
