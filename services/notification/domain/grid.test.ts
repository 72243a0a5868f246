import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliveryId, parseDeliveryId } from './channel.ts';
import { groupAt, groupSizeOf, groupsIn, pageSizeOf, rangeOnGrid, walkOf } from './grid.ts';
import { isMissed, slotIntervalMicros, slotsFrom } from './pacing.ts';
import { reasonName, reasonOf } from './reason.ts';
import { retryDelayMs } from './retry.ts';

describe('the grid', () => {
  const grid = { size: 1_050, groupSize: 100 };

  it('holds every member in one group, the last one shorter', () => {
    const groups = [...groupsIn(grid, { from: 0, to: 1_050 })];
    assert.equal(groups.length, 11);
    assert.deepEqual(groups.at(-1), { from: 1_000, to: 1_050 });
    assert.deepEqual(groupAt(grid, 1_049), { from: 1_000, to: 1_050 });
  });

  it('takes ranges that end at its size or beyond, and refuses those that cut a group', () => {
    assert.deepEqual(rangeOnGrid(grid, { from: 1_000, to: 2_000 }), { from: 1_000, to: 1_050 });
    for (const range of [
      { from: 50, to: 200 },
      { from: 0, to: 150 },
      { from: 200, to: 100 },
    ]) {
      assert.throws(() => rangeOnGrid(grid, range), { reason: 'OFF_GRID' });
    }
  });

  it('never makes a WhatsApp group longer than half a second of the sender', () => {
    assert.deepEqual(
      [1_000, 64, 40, 20, 2].map((rate) => groupSizeOf('whatsapp', rate)),
      [32, 32, 20, 10, 1],
    );
    for (const rate of [2, 20, 80, 1_000])
      assert.equal(walkOf('whatsapp', rate).chunkSize % groupSizeOf('whatsapp', rate), 0);
  });

  it('gives every lane of a big campaign something to do, however fast the sender is', () => {
    for (const rate of [80, 1_000, 100_000]) {
      const { chunkSize, lanes } = walkOf('whatsapp', rate);
      assert.ok(chunkSize * lanes <= 20_000, `${lanes} × ${chunkSize} at ${rate} a second`);
    }
    assert.deepEqual(
      [80, 250, 1_000, 100_000].map((rate) => walkOf('whatsapp', rate).lanes),
      [3, 3, 8, 8],
    );
  });

  it('reads as many members at once as a lane sends in half a second, in whole groups', () => {
    assert.equal(pageSizeOf('whatsapp', 32, 80), 32);
    assert.equal(pageSizeOf('whatsapp', 32, 1_000), 32);
    assert.equal(pageSizeOf('whatsapp', 32, 100_000), 480);
    assert.deepEqual([pageSizeOf('push', 100), pageSizeOf('in_app', 500)], [500, 1_000]);
  });
});

describe('the id of a delivery', () => {
  const campaignId = '019ab000-0000-7000-8000-0000000000cc';

  it('names campaign, channel and number, and is read back', () => {
    assert.equal(deliveryId(campaignId, 'push', 12), `${campaignId}.p.12`);
    for (const channel of ['whatsapp', 'push', 'in_app'] as const) {
      assert.deepEqual(parseDeliveryId(deliveryId(campaignId, channel, 0)), { campaignId, channel, seq: 0 });
    }
  });

  it('is nothing else', () => {
    for (const id of [
      '',
      `${campaignId}.t.1`,
      `${campaignId}.w.01`,
      `${campaignId}.w.-1`,
      'login.1',
      `x${campaignId}.w.1`,
    ]) {
      assert.equal(parseDeliveryId(id), undefined, id);
    }
  });
});

describe('reasons', () => {
  it("keep WhatsApp's codes readable in a small number", () => {
    for (const code of [131026, 130429, 132015, 0, 190, 368, 80007]) {
      const { reason } = reasonOf(code);
      assert.ok(reason > 199 && reason < 65_536);
      assert.equal(reasonName(reason), String(code));
    }
  });

  it('keep the word of a provider where there is no number', () => {
    const other = reasonOf('strange code: 1');
    assert.deepEqual(other, { reason: 299, providerCode: 'strange_code:_1' });
    assert.equal(reasonName(other.reason, other.providerCode), 'strange_code:_1');
    assert.equal(reasonName(reasonOf('registration-token-not-registered').reason), 'UNREGISTERED');
  });
});

describe('pacing', () => {
  it('spreads slots a little below the rate, so that no second holds more', () => {
    for (const rate of [20, 80, 1_000]) {
      const slots = slotsFrom({ firstMs: 0, intervalMicros: slotIntervalMicros(rate), count: rate * 2 });
      const inSecond = slots.filter((slot) => slot < 1_000).length;
      assert.ok(inSecond <= rate && inSecond >= rate * 0.97, `${inSecond} of ${rate}`);
    }
  });

  it('gives up a slot more than twelve milliseconds late', () => {
    assert.deepEqual([isMissed(100, 112), isMissed(100, 112.5)], [false, true]);
  });

  it('waits longer with every pass, at least as long as the provider asks', () => {
    assert.equal(retryDelayMs(0, { scope: 'recipient' }), 6_000);
    assert.equal(retryDelayMs(2, { scope: 'recipient' }), 96_000);
    assert.equal(retryDelayMs(0, { scope: 'sender', retryAfterMs: 30_000 }), 30_000);
    assert.equal(retryDelayMs(6, { scope: 'recipient' }), 900_000);
  });
});
