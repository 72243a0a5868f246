import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aReceipt } from '../test/receipts.ts';
import { judgeReceipt, statusRank } from './receipt.ts';

const now = new Date('2026-11-23T06:00:00Z');
const ours = { phoneNumberId: '100000000000001', now };

describe('a receipt', () => {
  it('counts when it is about a message that our sender sent', () => {
    assert.ok('own' in judgeReceipt(aReceipt(), ours));
    assert.ok('own' in judgeReceipt(aReceipt({ deliveryId: '019ab000-0000-7000-8000-0000000000cc.t.3' }), ours));
  });

  it('about another sender changes nothing', () => {
    assert.deepEqual(judgeReceipt(aReceipt({ phoneNumberId: '100000000000002' }), ours), { refused: 'wrong_sender' });
  });

  it('that is older than a week changes nothing: the provider redelivers no longer than that', () => {
    assert.ok('own' in judgeReceipt(aReceipt({ occurredAt: new Date('2026-11-16T06:00:00Z') }), ours));
    assert.deepEqual(judgeReceipt(aReceipt({ occurredAt: new Date('2026-11-16T05:59:59Z') }), ours), {
      refused: 'stale',
    });
  });

  it('about a message that is not one of our deliveries changes nothing', () => {
    const foreign = [
      undefined,
      '',
      'order-17',
      '019ab000-0000-7000-8000-0000000000cc.x.1',
      `${aReceipt().deliveryId} `,
    ];
    for (const deliveryId of foreign)
      assert.deepEqual(judgeReceipt({ ...aReceipt(), deliveryId }, ours), { refused: 'unknown_message' });
    assert.deepEqual(judgeReceipt(aReceipt({ wamid: 'wamid.हिन्दी' }), ours), { refused: 'unknown_message' });
  });

  it('stands above those that come before it in a message’s life', () => {
    const ranks = (['sent', 'failed', 'delivered', 'read'] as const).map((status) => statusRank[status]);
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(ranks).size, 4);
  });
});
