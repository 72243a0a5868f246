/** A sender is driven at 98 % of its rate: clocks and networks are not exact, and the provider counts every second. */
export const paceShare = 0.98;

/**
 * The first messages of a sender that had nothing to do for `idleMs` arrive in a bunch: connections are opened, code is
 * warmed up. The provider counts them into the same second as those behind them, so the first reservation is spread over
 * `spareMs` more, once: a refusal for "too fast" would cost more.
 */
export const slowStart = { idleMs: 5_000, spareMs: 80 };

/**
 * A slot that was missed by more than this is lost: catching up would put two messages into one slot's time. The spare
 * 2 % of a second are 20 ms, so that messages which are late by this still fit into every second at any rate, with 8 ms
 * for the network. Less would stop a slow sender altogether on a machine whose timers are that late.
 */
const missedAfterMs = 12;

export function slotIntervalMicros(ratePerSecond: number): number {
  return Math.ceil(1_000_000 / (ratePerSecond * paceShare));
}

/** Moments at which messages may go out, one each. */
export type Slots = { readonly firstMs: number; readonly intervalMicros: number; readonly count: number };

const slotAt = ({ firstMs, intervalMicros }: Slots, index: number) => firstMs + (index * intervalMicros) / 1_000;

export function slotsFrom(slots: Slots): number[] {
  return Array.from({ length: slots.count }, (_, index) => slotAt(slots, index));
}

export const lastSlot = (slots: Slots): number => slotAt(slots, slots.count - 1);

export const isMissed = (slotMs: number, nowMs: number) => nowMs - slotMs > missedAfterMs;
