import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CampaignBooks } from './books.ts';
import { type ChannelLedger, codeOf, type DeliveryState } from './deliveries.ts';
import { judge } from './judge.ts';
import { type RecordedMessage, readSent } from './sent.ts';

const campaign = '01920000-0000-7000-8000-000000000001';

const message = (letter: string, seq: number, changes: Partial<RecordedMessage> = {}): RecordedMessage => ({
  atMs: 1_000 + seq,
  channel: letter === 'w' ? 'whatsapp' : 'push',
  delivery: `${campaign}.${letter}.${seq}`,
  recipientHash: `${letter}${seq}`,
  ...changes,
});

function ledger(states: readonly DeliveryState[], changes: Partial<ChannelLedger> = {}): ChannelLedger {
  const count = (state: DeliveryState) => states.filter((one) => one === state).length;
  return {
    channel: 'whatsapp',
    planned: states.length,
    size: states.length,
    states: Uint8Array.from(states, codeOf),
    reasons: new Map(),
    counted: {
      retry: count('retry'),
      unknown: count('unknown'),
      accepted: count('accepted'),
      failed: count('failed'),
      suppressed: count('suppressed'),
      delivered: count('delivered'),
    },
    billed: count('delivered'),
    settled: true,
    inbox: { missing: 0, copies: 0 },
    ...changes,
  };
}

const books: CampaignBooks = {
  heldPaise: 500,
  capturedPaise: 200,
  releasedPaise: 300,
  invoiceNumber: 'DOF/2627/000001',
  invoiceTotalPaise: 200,
  invoicePdfBytes: 1_000,
  capturedQuantity: 2,
  invoicedQuantity: 2,
  imbalance: { journals: 0, holds: 0, invoice: 0, discount: 0, wallet: 0, numberGaps: 0 },
};

const good: readonly DeliveryState[] = ['delivered', 'delivered', 'unknown', 'failed', 'suppressed'];
const goodMessages = [message('w', 0), message('w', 1), message('w', 2), message('w', 3)];

async function* lines(messages: readonly RecordedMessage[]) {
  yield* messages;
}

const judged = async (ledgers: readonly ChannelLedger[], messages: readonly RecordedMessage[], money = books) =>
  judge({ ledgers, sent: await readSent(campaign, lines(messages)), books: money });

describe('an audit', () => {
  it('finds nothing in a campaign that kept its promises', async () => {
    const { channels, ...verdict } = await judged([ledger(good)], goodMessages);
    const nothing = { lost: 0, duplicates: 0, ledgerImbalancePaise: 0, unexplained: 0, miscounted: 0, pushRepeats: 0 };
    assert.deepEqual(verdict, { ...nothing, problems: [] });
    const [whatsapp] = channels;
    assert.deepEqual([whatsapp?.planned, whatsapp?.delivered, whatsapp?.unknown, whatsapp?.billed], [5, 2, 1, 2]);
  });

  it('counts as lost what has no final state, and what counts as sent but never arrived', async () => {
    const lost = async (states: readonly DeliveryState[], changes: Partial<ChannelLedger> = {}, sent = goodMessages) =>
      (await judged([ledger(states, changes)], sent)).lost;
    assert.equal(await lost(['delivered', 'delivered', 'none', 'retry']), 2);
    assert.equal(await lost(good, {}, goodMessages.slice(1)), 1);
    assert.equal(await lost(good, { planned: 7 }), 2, 'members that were never dispatched');
    assert.equal(await lost(['accepted', 'delivered'], { settled: false }), 1);
    assert.equal(await lost(['accepted'], { channel: 'in_app', inbox: { missing: 1, copies: 0 } }, []), 1);
  });

  it('counts every WhatsApp message to a phone beyond the first, whatever its number', async () => {
    const again = message('w', 4, { recipientHash: 'w0' });
    const { duplicates, problems } = await judged([ledger(good)], [...goodMessages, again, again]);
    assert.equal(duplicates, 2);
    assert.match(problems.join(), /went to a phone that had one/);
  });

  it('knows a push that comes again under its id from one that shows twice', async () => {
    const pushes = [message('p', 0), message('p', 0), message('p', 1, { recipientHash: 'p0' })];
    const push = ledger(['accepted', 'accepted'], { channel: 'push', billed: 2 });
    const verdict = await judged([push], pushes);
    assert.deepEqual([verdict.duplicates, verdict.pushRepeats], [1, 1]);
  });

  it('sees what was sent although the ledger denies it', async () => {
    const { unexplained } = await judged([ledger(good)], [...goodMessages, message('w', 4), message('w', 99)]);
    assert.equal(unexplained, 2);
  });

  it('sees counters that are not what the rows say', async () => {
    const counted = { retry: 0, unknown: 0, accepted: 0, failed: 2, suppressed: 1, delivered: 2 };
    assert.equal((await judged([ledger(good, { counted })], goodMessages)).miscounted, 1);
  });

  it('takes no paisa and no delivery that is nowhere', async () => {
    const drift = async (money: Partial<CampaignBooks>) =>
      (await judged([ledger(good)], goodMessages, { ...books, ...money })).ledgerImbalancePaise;
    assert.equal(await drift({ capturedQuantity: 3, invoicedQuantity: 3 }), 1, 'captured, but not delivered');
    assert.equal(await drift({ invoicedQuantity: 1 }), 1);
    for (const part of Object.keys(books.imbalance)) {
      assert.equal(await drift({ imbalance: { ...books.imbalance, [part]: 7 } }), 7, part);
    }
  });

  it('does not count other campaigns, test messages and texts', async () => {
    const others = [
      message('w', 0, { delivery: `${campaign}.t.1`, recipientHash: 'w0' }),
      message('w', 0, { delivery: '', recipientHash: 'w0' }),
      message('w', 0, { delivery: '01920000-0000-7000-8000-00000000000f.w.0', recipientHash: 'w0' }),
    ];
    const sent = await readSent(campaign, lines([...goodMessages, ...others]));
    assert.deepEqual([sent.messages.whatsapp, sent.whatsappCopies, sent.firstAtMs], [4, 0, 1_000]);
  });
});
