import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhatsAppEvent } from '../clients/whatsapp-webhook.ts';
import type { OwnReceipt, Receipt } from '../domain/receipt.ts';
import { aReceipt } from '../test/receipts.ts';
import { applyWhatsappEvent } from './apply-whatsapp-event.ts';

const now = () => new Date('2026-11-23T06:00:00Z');

/** Applies these events; the first of the receipts that are ours is known already. */
const apply = async (events: readonly WhatsAppEvent[] | undefined) => {
  const kept: OwnReceipt[] = [];
  const receipts = {
    async add(own: readonly OwnReceipt[]) {
      kept.push(...own.slice(1));
      return own.slice(1);
    },
  };
  const raised: OwnReceipt[] = [];
  const deliveries = { apply: async (own: readonly OwnReceipt[]) => void raised.push(...own) };
  const deps = { receipts, deliveries, parse: () => events, phoneNumberId: '100000000000001', now };
  return { outcomes: await applyWhatsappEvent(deps, '{}'), kept, raised };
};
const receipt = (changes: Partial<Receipt>) => ({ kind: 'receipt', receipt: { ...aReceipt(), ...changes } }) as const;

describe('applyWhatsappEvent', () => {
  it('keeps the receipts of our messages and says what became of everything else', async () => {
    const { outcomes, kept } = await apply([
      receipt({ status: 'sent' }),
      receipt({ status: 'delivered' }),
      receipt({ phoneNumberId: '2' }),
      receipt({ deliveryId: undefined }),
      receipt({ occurredAt: new Date(0) }),
      { kind: 'preference', from: '919876543210', marketing: 'stop', changedAt: now() },
    ]);
    const expected = ['known', 'delivered', 'wrong_sender', 'unknown_message', 'stale', 'preference'];
    assert.deepEqual(outcomes.toSorted(), expected.toSorted());
    assert.deepEqual(
      kept.map(({ status }) => status),
      ['delivered'],
    );
  });

  it('counts a signed body that it cannot read, and does not try it for ever', async () => {
    assert.deepEqual((await apply(undefined)).outcomes, ['unreadable']);
  });

  it('has nothing to say about kinds that the platform does not use', async () => {
    assert.deepEqual((await apply([])).outcomes, []);
  });
});
