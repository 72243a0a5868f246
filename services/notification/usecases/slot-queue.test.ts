import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slotIntervalMicros } from '../domain/pacing.ts';
import { createSlotQueue } from './slot-queue.ts';

const rate = 80;

/** A world in which time passes only by sleeping and by what the database and timers take. */
function world({ reserveTakesMs = 1, timersAreLateMs = 0 } = {}) {
  let nowMs = 1_000_000;
  let nextSlotMs = 0;
  const intervalMicros = slotIntervalMicros(rate);
  return {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    sleep: async (ms: number) => void (nowMs += ms + timersAreLateMs),
    async reserve(count: number, leadMs: number) {
      const firstMs = Math.max(nextSlotMs, nowMs + leadMs);
      nextSlotMs = firstMs + (count * intervalMicros) / 1_000;
      nowMs += reserveTakesMs;
      return { firstMs, intervalMicros, count };
    },
  };
}

async function sendAll(count: number, at: ReturnType<typeof world>): Promise<number[]> {
  const queue = createSlotQueue({ slots: undefined, ...at });
  const sent: number[] = [];
  for (let left = count; left > 0; left -= 1) {
    await queue.next(left);
    sent.push(at.nowMs());
  }
  return sent;
}

function assertWithinRate(sent: readonly number[]) {
  for (const [index, at] of sent.entries()) {
    const inSecond = sent.slice(index).filter((other) => other - at < 1_000).length;
    assert.ok(inSecond <= rate, `${inSecond} within a second from message ${index} on`);
  }
}

describe('the slots of a group', () => {
  it('are waited for one by one, and never exceed the rate', async () => {
    const sent = await sendAll(400, world());
    assertWithinRate(sent);
    const meanPerSecond = (1_000 * (sent.length - 1)) / ((sent.at(-1) ?? 0) - (sent[0] ?? 0));
    assert.ok(meanPerSecond > 0.97 * rate, `${meanPerSecond}`);
  });

  it('come even when the database takes far longer than the lead', async () => {
    const sent = await sendAll(100, world({ reserveTakesMs: 300 }));
    assert.equal(sent.length, 100);
    assertWithinRate(sent);
  });

  it('keep to the rate when timers are late, on a machine with too much to do', async () => {
    for (const timersAreLateMs of [3, 8, 11]) assertWithinRate(await sendAll(300, world({ timersAreLateMs })));
  });

  it('that were missed are reserved again, for as many messages as need one', async () => {
    const at = world();
    const asked: number[] = [];
    const slots = { firstMs: at.nowMs() - 10_000, intervalMicros: slotIntervalMicros(rate), count: 3 };
    const reserve = (count: number, leadMs: number) => {
      asked.push(count);
      return at.reserve(count, leadMs);
    };
    const queue = createSlotQueue({ slots, reserve, sleep: at.sleep, now: at.now });
    for (const left of [3, 2, 1]) await queue.next(left);
    assert.deepEqual(asked, [3]);
  });
});
