import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Range } from '../domain/grid.ts';
import { createMemberPages } from './member-pages.ts';

const group = (from: number): Range => ({ from, to: from + 100 });

/** `groupMs` is how long each group takes to be sent. */
function pagesOf({ to = 1_000, groupMs = 0 } = {}) {
  const asked: string[] = [];
  let nowMs = 0;
  const members = createMemberPages({
    range: { from: 0, to },
    groupSize: 100,
    pageSize: 500,
    now: () => new Date(nowMs),
    async read({ from, to: end }) {
      asked.push(`${from}-${end}`);
      const count = end - from;
      return { from, count, customers: '0'.repeat(32 * count), gates: new Uint8Array(count), phones: [], devices: [] };
    },
  });
  return {
    members,
    asked,
    async sendAll() {
      const seqs: number[] = [];
      for (let from = 0; from < to; from += 100) {
        seqs.push(...(await members(group(from))).map(({ seq }) => seq));
        nowMs += groupMs;
      }
      return seqs;
    },
    wait: (ms: number) => (nowMs += ms),
  };
}

describe('members of a range', () => {
  it('are read once while they are fresh, in pages that grow with the pace', async () => {
    const { sendAll, asked } = pagesOf({ groupMs: 50 });
    assert.deepEqual(
      await sendAll(),
      Array.from({ length: 1_000 }, (_, seq) => seq),
    );
    assert.deepEqual(asked, ['0-100', '100-200', '200-700', '700-1000']);
  });

  it('are read group by group when sending is slow, so that no gate is asked for twice', async () => {
    const { sendAll, asked } = pagesOf({ to: 400, groupMs: 450 });
    await sendAll();
    assert.deepEqual(asked, ['0-100', '100-200', '200-300', '300-400']);
  });

  it('of the next page are asked for when half of this one is handed out, not before', async () => {
    const { members, asked, wait } = pagesOf();
    for (const from of [0, 100, 200, 300]) {
      await members(group(from));
      wait(50);
    }
    assert.equal(asked.at(-1), '200-700');
    await members(group(400));
    assert.equal(asked.at(-1), '700-1000');
  });

  it('are asked for again when their gates are older than a second', async () => {
    const { members, asked, wait } = pagesOf({ to: 200 });
    await members(group(0));
    wait(1_001);
    await members(group(100));
    assert.deepEqual(asked, ['0-100', '100-200', '100-200']);
  });

  it('that could not be read are asked for again', async () => {
    let failures = 1;
    const read = async ({ from, to }: Range) => {
      if (failures-- > 0) throw new Error('user is away');
      const count = to - from;
      return { from, count, customers: '0'.repeat(32 * count), gates: new Uint8Array(count), phones: [], devices: [] };
    };
    const members = createMemberPages({
      range: { from: 0, to: 100 },
      groupSize: 100,
      pageSize: 100,
      now: () => new Date(0),
      read,
    });
    await assert.rejects(members(group(0)), /away/);
    assert.equal((await members(group(0))).length, 100);
  });
});
