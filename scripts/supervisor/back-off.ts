const firstMs = 200;
const longestMs = 30_000;

/** A process that was ready for so long has recovered: its next failure is a new story. */
export const recoveredAfterMs = 60_000;

/** How long to wait before the next start after so many failures in a row. */
export function restartDelayMs(failures: number): number {
  return Math.min(firstMs * 2 ** (failures - 1), longestMs);
}

/** Failures in a row, counted with one more that came after the process had been ready for `readyMs`. */
export function countFailure(failures: number, readyMs: number): number {
  return readyMs >= recoveredAfterMs ? 1 : failures + 1;
}
