/** What a provider can report about a message after it accepted it. */
export type ReceiptStatus = 'sent' | 'failed' | 'delivered' | 'read';

/**
 * How far each status is. A message stands at the highest rank that was ever reported: receipts come in any order, and
 * "delivered" after "read", or after a failure that was reported too early, must not lower or hide the truth.
 */
export const statusRank: Readonly<Record<ReceiptStatus, number>> = { sent: 30, failed: 35, delivered: 40, read: 50 };

/** One status of one WhatsApp message. */
export type Receipt = {
  /** WhatsApp's own id of the message. */
  readonly wamid: string;
  readonly status: ReceiptStatus;
  /** What we gave along when sending: the delivery's id. */
  readonly deliveryId: string | undefined;
  /** The sender that it is about. */
  readonly phoneNumberId: string;
  readonly occurredAt: Date;
  readonly errorCode: number | undefined;
};

/** A receipt about one of our deliveries. */
export type OwnReceipt = Receipt & { readonly deliveryId: string };

/** Why a receipt changes nothing. */
type Refusal = 'wrong_sender' | 'stale' | 'unknown_message';

/** Providers redeliver for a week; what is older was replayed by somebody else. */
const oldestMs = 7 * 24 * 3_600_000;

/** `<campaign>.w.<seq>`, or `<campaign>.t.<n>` for a test send. */
const ownDelivery = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.[wt]\.\d{1,10}$/;

const wamid = /^[\x21-\x7e]{1,128}$/;

/** What a receipt is for us: one to keep, or the reason why it changes nothing. */
export type Judgement = { readonly own: OwnReceipt } | { readonly refused: Refusal };

/** A receipt counts when it is about our sender, recent, and about a message that we sent. */
export function judgeReceipt(
  receipt: Receipt,
  ours: { readonly phoneNumberId: string; readonly now: Date },
): Judgement {
  if (receipt.phoneNumberId !== ours.phoneNumberId) return { refused: 'wrong_sender' };
  if (ours.now.getTime() - receipt.occurredAt.getTime() > oldestMs) return { refused: 'stale' };
  const { deliveryId } = receipt;
  const sentByUs = deliveryId !== undefined && ownDelivery.test(deliveryId) && wamid.test(receipt.wamid);
  return sentByUs ? { own: { ...receipt, deliveryId } } : { refused: 'unknown_message' };
}
