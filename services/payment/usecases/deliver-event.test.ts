import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PaymentEvent } from '../domain/events.ts';
import { deliverEvent } from './deliver-event.ts';

it('carries each event to the workflow that it concerns', async () => {
  const told: unknown[] = [];
  const note = (what: string) => async (payload: object) => void told.push([what, payload]);
  const topups = { opened: note('opened'), credited: note('credited') };
  const refunds = { requested: note('requested'), reported: note('reported') };
  const subscriptions = { ensure: note('ensured') };
  const packs = { purchasePlaced: note('placed') };
  const wallets = { low: note('low'), autoTopupOpened: note('auto') };
  const documents = { issued: note('issued'), subscriptionBilled: note('billed') };
  const topup = { topupId: 't', shopId: 's', expireAt: 1 };
  const purchase = { purchaseId: 'p', shopId: 's' };
  const refund = { refundId: 'r', shopId: 's' };
  const auto = { topupId: 't', shopId: 's' };
  const wallet = { shopId: 's', crossing: 1, availablePaise: 2 };
  const document = { kind: 'credit-note', invoiceId: 'd', shopId: 's' } as const;
  const subscription = { subscriptionId: 'u', shopId: 's' };
  const bill = { billId: 'b', shopId: 's' };
  const events: PaymentEvent[] = [
    { topic: 'topup.opened', key: 't', payload: topup },
    { topic: 'topup.credited', key: 't', payload: topup },
    { topic: 'refund.requested', key: 'r', payload: refund },
    { topic: 'refund.reported', key: 'r', payload: refund },
    { topic: 'subscription.opened', key: 'u', payload: subscription },
    { topic: 'subscription.billed', key: 'b', payload: bill },
    { topic: 'pack.purchase_placed', key: 'p', payload: purchase },
    { topic: 'auto_topup.opened', key: 't', payload: auto },
    { topic: 'wallet.low', key: 's', payload: wallet },
    { topic: 'document.issued', key: 'd', payload: document },
  ];
  for (const event of events) await deliverEvent({ topups, refunds, subscriptions, packs, wallets, documents }, event);
  assert.deepEqual(told, [
    ['opened', topup],
    ['credited', topup],
    ['requested', refund],
    ['reported', refund],
    ['ensured', subscription],
    ['billed', bill],
    ['placed', purchase],
    ['auto', auto],
    ['low', wallet],
    ['issued', document],
  ]);
});
