import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhatsAppOutcome } from '../clients/whatsapp.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import { createWhatsappSender } from './send-whatsapp.ts';

const campaignId = '019ab000-0000-7000-8000-0000000000cc';
const dispatch: Dispatch = {
  campaignId,
  launchNo: 1,
  channel: 'whatsapp',
  shopId: campaignId,
  audienceId: campaignId,
  contentId: campaignId,
  size: 4,
  groupSize: 4,
  sender: { id: '1', ratePerSecond: 10 },
  chargeMicros: 1,
  sendWindow: '10:00-21:00',
  state: 'running',
  createdAt: new Date(0),
  settled: false,
};
const content = { title: '', body: '', link: '', whatsapp: { template: 't', language: 'en', variables: [] } };
const members = [0, 1, 2, 3].map((seq) => ({ seq, customer: '00', gate: 0, phone: `+9198${seq}`, devices: [] }));

/** Sends four messages from this moment on in India, with a clock that only waiting moves on. */
async function send(from: string, options: { answer?: (seq: number) => WhatsAppOutcome; stallAt?: number } = {}) {
  let nowMs = Date.parse(`2026-11-23T${from}+05:30`);
  let stalled = false;
  const sent: [seq: number, at: string][] = [];
  const answer = options.answer ?? (() => ({ kind: 'accepted', providerId: 'p' }));
  const sender = createWhatsappSender({
    whatsapp: {
      async sendTemplate({ deliveryId }) {
        const seq = Number(deliveryId.split('.').at(-1));
        sent.push([seq, new Date(nowMs + 5.5 * 3_600_000).toISOString().slice(11, 23)]);
        return answer(seq);
      },
    },
    reserve: async (_sender, count) => ({ firstMs: nowMs + 100, intervalMicros: 100_000, count }),
    async sleep(ms) {
      nowMs += ms;
      if (stalled || sent.length !== options.stallAt) return;
      stalled = true;
      nowMs += 700;
    },
  });
  const slots = { firstMs: nowMs + 100, intervalMicros: 100_000, count: 4 };
  const { outcomes, answers } = await sender({
    dispatch,
    content,
    pass: 0,
    members,
    slots,
    now: () => new Date(nowMs),
  });
  return { sent, tried: answers.length, states: outcomes.map(({ state }) => state) };
}

describe('sending on WhatsApp', () => {
  it('sends each message at its own slot', async () => {
    const { sent } = await send('12:00:00.000');
    assert.deepEqual(
      sent.map(([, at]) => at),
      ['12:00:00.100', '12:00:00.200', '12:00:00.300', '12:00:00.400'],
    );
  });

  it('never catches up with slots that a stall made it miss', async () => {
    const { sent } = await send('12:00:00.000', { stallAt: 1 });
    const times = sent.map(([, at]) => Number(at.slice(9)) + 1_000 * Number(at.slice(6, 8)));
    assert.deepEqual(
      times.slice(1).map((at, index) => at - (times[index] ?? 0) >= 100),
      [true, true, true],
    );
    assert.equal(sent.length, 4);
  });

  it('sends nothing after the window, though a stall moved the slots beyond it', async () => {
    const { sent, tried, states } = await send('20:59:59.300', { stallAt: 2 });
    assert.deepEqual([sent.length, tried], [2, 2]);
    assert.deepEqual(states, ['accepted', 'accepted', 'retry', 'retry']);
    assert.ok(sent.every(([, at]) => at < '21:00:00'));
  });

  it('does not try the rest once the sender was stopped', async () => {
    const { sent, tried, states } = await send('12:00:00.000', {
      answer: () => ({ kind: 'stop_sender', code: 131048 }),
    });
    assert.ok(sent.length < 4 && tried === sent.length);
    assert.deepEqual(states, Array(4).fill('retry'));
  });
});
