import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Range } from '../domain/grid.ts';
import { createMemberPages } from './member-pages.ts';

const group = (from: number): Range => ({ from, to: from + 100 });

function pagesOf({ to = 1_000, pageSize = 500 } = {}) {
  const asked: string[] = [];
  let nowMs = 0;
  const members = createMemberPages({
    range: { from: 0, to },
    pageSize,
    now: () => new Date(nowMs),
    async read({ from, to: end }) {
      asked.push(`${from}-${end}`);
      const count = end - from;
      return { from, count, customers: '0'.repeat(32 * count), gates: new Uint8Array(count), phones: [], devices: [] };
    },
  });
  return { members, asked, wait: (ms: number) => (nowMs += ms) };
}

describe('members of a range', () => {
  it('are read page by page, each once while it is fresh', async () => {
    const { members, asked } = pagesOf();
    const seqs: number[] = [];
    for (let from = 0; from < 1_000; from += 100) seqs.push(...(await members(group(from))).map(({ seq }) => seq));
    assert.deepEqual(asked, ['0-500', '500-1000']);
    assert.deepEqual(
      seqs,
      Array.from({ length: 1_000 }, (_, seq) => seq),
    );
  });

  it('of the next page are asked for when half of this one is handed out, not before', async () => {
    const { members, asked } = pagesOf();
    await members(group(0));
    await members(group(100));
    assert.deepEqual(asked, ['0-500']);
    await members(group(200));
    assert.deepEqual(asked, ['0-500', '500-1000']);
  });

  it('are asked for again when their gates are older than a second', async () => {
    const { members, asked, wait } = pagesOf({ to: 500 });
    await members(group(0));
    wait(1_001);
    await members(group(100));
    assert.deepEqual(asked, ['0-500', '100-200']);
  });
});
