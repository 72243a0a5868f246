import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
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
});
