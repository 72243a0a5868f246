import type { Receipt } from './receipts.ts';

export type ReceiptSchedule = {
  add(receipts: readonly Receipt[]): void;
  waiting(): number;
  stop(): void;
};

const tickMs = 20;

/**
 * Holds receipts until they are due, in slots of one tick: one timer for all of them, because a timer per receipt would
 * cost more than the message itself.
 */
export function createReceiptSchedule(deliver: (due: readonly Receipt[]) => void): ReceiptSchedule {
  const slots = new Map<number, Receipt[]>();
  let cursor = currentSlot();
  let waiting = 0;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    const due: Receipt[] = [];
    for (const now = currentSlot(); cursor <= now; cursor++) {
      const slot = slots.get(cursor);
      if (!slot) continue;
      for (const receipt of slot) due.push(receipt);
      slots.delete(cursor);
    }
    waiting -= due.length;
    if (due.length > 0) deliver(due);
    timer = waiting > 0 ? setTimeout(tick, tickMs) : undefined;
  }

  return {
    add(receipts) {
      if (!timer && receipts.length > 0) {
        cursor = currentSlot();
        timer = setTimeout(tick, tickMs);
      }
      for (const receipt of receipts) {
        const slot = Math.max(Math.ceil(receipt.atMs / tickMs), cursor);
        const entries = slots.get(slot);
        if (entries) entries.push(receipt);
        else slots.set(slot, [receipt]);
      }
      waiting += receipts.length;
    },
    waiting: () => waiting,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      slots.clear();
      waiting = 0;
    },
  };
}

function currentSlot(): number {
  return Math.floor(Date.now() / tickMs);
}
