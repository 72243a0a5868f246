export type FixedClock = { (): Date; set(instant: string | Date): void; advance(ms: number): void };

/** A clock for use cases that take `now: () => Date`: it stands still until the test moves it. */
export function fixedClock(start: string | Date): FixedClock {
  let now = new Date(start);
  return Object.assign(() => new Date(now), {
    set: (instant: string | Date) => void (now = new Date(instant)),
    advance: (ms: number) => void (now = new Date(now.getTime() + ms)),
  });
}
