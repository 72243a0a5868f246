import { isMissed, type Slots, slotsFrom } from '../domain/pacing.ts';

/** Hands out the sending slots of a group one by one, each at its moment. */
export type SlotQueue = {
  /**
   * Waits for the next slot; false, without waiting, when that one may not be used. `left` messages, this one included,
   * still need one.
   */
  next(left: number): Promise<boolean>;
};

type Options = {
  /** What the group reserved before it was claimed, if it did. */
  readonly slots: Slots | undefined;
  /** Reserves more, none of them before `leadMs` from now. */
  readonly reserve: (count: number, leadMs: number) => Promise<Slots>;
  /** Whether a message may go out then: slots that were missed can lead beyond the sending window. */
  readonly isAllowed?: (slotMs: number) => boolean;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly now: () => Date;
};

/** How long before its first slot a reservation is asked for; it grows until answers come in time. */
const leadMs = { least: 20, most: 2_000 };

/**
 * A slot that was missed is lost: two messages in the next one's time would break the rate. Its message gets a new one.
 * When the reservation itself comes too late, the next one looks further ahead, so that a slow database slows the sender
 * down but never keeps it from sending.
 */
export function createSlotQueue({ slots, reserve, isAllowed = () => true, sleep, now }: Options): SlotQueue {
  let times = slots ? slotsFrom(slots) : [];
  let lead = leadMs.least;
  const isLate = (slot: number) => isMissed(slot, now().getTime());
  async function reserveMore(left: number): Promise<void> {
    const more = await reserve(left, lead);
    const lateMs = now().getTime() - more.firstMs;
    if (lateMs > 0) lead = Math.min(leadMs.most, 2 * lead + lateMs);
    times = slotsFrom(more);
  }
  return {
    async next(left) {
      for (;;) {
        times = times.filter((slot) => !isLate(slot));
        const [slot] = times;
        if (slot === undefined) {
          await reserveMore(left);
          continue;
        }
        if (!isAllowed(slot)) return false;
        const waitMs = slot - now().getTime();
        if (waitMs > 0) await sleep(Math.ceil(waitMs));
        if (isLate(slot)) continue;
        times = times.slice(1);
        return true;
      }
    },
  };
}
