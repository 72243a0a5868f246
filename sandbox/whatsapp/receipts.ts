import type { FaultPlan } from '../faults/fault-script.ts';
import type { Settings } from '../settings/settings.ts';

export type Receipt = {
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly wamid: string;
  readonly phone: string;
  readonly delivery: string;
  /** Phone number id of the sender. */
  readonly sender: string;
  readonly category: string;
  readonly atMs: number;
  readonly errorCode?: number;
  /** Comes with a signature that is not ours. */
  readonly forged?: boolean;
};

export type Message = Pick<Receipt, 'wamid' | 'phone' | 'delivery' | 'sender' | 'category'> & {
  readonly acceptedAtMs: number;
  /** Set when the message is accepted but will be reported as failed. */
  readonly failCode?: number | undefined;
};

/** The receipts of one message and when they come, after everything the fault script does to them. */
export function planReceipts(
  message: Message,
  timing: Settings['whatsapp']['receipts'],
  webhooks: FaultPlan['webhooks'],
): readonly Receipt[] {
  const failed = webhooks.find((action) => action.type === 'delivery-failed');
  const failCode = failed ? Number(failed.code) : message.failCode;
  let receipts = regular(message, timing, failCode);
  for (const action of webhooks) receipts = bend(receipts, action);
  return receipts;
}

function regular(message: Message, timing: Settings['whatsapp']['receipts'], failCode: number | undefined): Receipt[] {
  const { acceptedAtMs, failCode: _failCode, ...common } = message;
  const receipt = (status: Receipt['status'], afterMs: number): Receipt => ({
    ...common,
    status,
    atMs: acceptedAtMs + afterMs,
  });
  const sent = receipt('sent', timing.sentMs);
  if (failCode !== undefined) return [sent, { ...receipt('failed', timing.deliveredMs), errorCode: failCode }];
  const delivered = receipt('delivered', timing.deliveredMs);
  return share(message.phone) < timing.readShare
    ? [sent, delivered, receipt('read', timing.readMs)]
    : [sent, delivered];
}

function bend(receipts: Receipt[], action: FaultPlan['webhooks'][number]): Receipt[] {
  switch (action.type) {
    case 'webhook-lost':
      return receipts.filter((receipt) => !touches(action.statuses, receipt));
    case 'webhook-late':
      return receipts.map((receipt) =>
        touches(action.statuses, receipt) ? { ...receipt, atMs: receipt.atMs + action.ms } : receipt,
      );
    case 'webhook-duplicate':
      return receipts.flatMap((receipt) =>
        touches(action.statuses, receipt) ? Array.from({ length: action.copies + 1 }, () => receipt) : [receipt],
      );
    case 'webhook-reorder': {
      const times = receipts.map((receipt) => receipt.atMs).toReversed();
      return receipts.map((receipt, index) => ({ ...receipt, atMs: times[index] ?? receipt.atMs }));
    }
    case 'webhook-forged':
      return receipts.map((receipt) => (touches(action.statuses, receipt) ? { ...receipt, forged: true } : receipt));
    case 'delivery-failed':
    case 'refund-failed':
    case 'payment-declined':
      return receipts;
  }
}

function touches(statuses: readonly Receipt['status'][] | undefined, receipt: Receipt): boolean {
  return statuses === undefined || statuses.includes(receipt.status);
}

/** A number in [0, 1) that belongs to the phone, so that a repeated run has the same readers. */
function share(phone: string): number {
  let hash = 2166136261;
  for (let index = 0; index < phone.length; index++) hash = Math.imul(hash ^ phone.charCodeAt(index), 16777619);
  return (hash >>> 0) / 2 ** 32;
}
