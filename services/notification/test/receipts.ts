import type { OwnReceipt } from '../domain/receipt.ts';

/** The delivery of message 7 of a campaign, reported at 11:00 IST; name only what the test is about. */
export function aReceipt(changes: Partial<OwnReceipt> = {}): OwnReceipt {
  return {
    wamid: 'wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgS',
    status: 'delivered',
    deliveryId: '019ab000-0000-7000-8000-0000000000cc.w.7',
    phoneNumberId: '100000000000001',
    occurredAt: new Date('2026-11-23T05:30:00Z'),
    errorCode: undefined,
    ...changes,
  };
}
