import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PaymentEvent } from '../domain/events.ts';
import { deliverEvent } from './deliver-event.ts';

it('carries each event to the workflow that it concerns', async () => {
  const told: unknown[] = [];
  const note = (what: string) => async (payload: object) => void told.push([what, payload]);
  const topups = { opened: note('opened'), credited: note('credited') };
  const packs = { purchasePlaced: note('placed') };
  const topup = { topupId: 't', shopId: 's', expireAt: 1 };
  const purchase = { purchaseId: 'p', shopId: 's' };
  const events: PaymentEvent[] = [
    { topic: 'topup.opened', key: 't', payload: topup },
    { topic: 'topup.credited', key: 't', payload: topup },
    { topic: 'pack.purchase_placed', key: 'p', payload: purchase },
  ];
  for (const event of events) await deliverEvent({ topups, packs }, event);
  assert.deepEqual(told, [
    ['opened', topup],
    ['credited', topup],
    ['placed', purchase],
  ]);
});
