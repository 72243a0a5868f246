/**
 * Counts what was let in during the last window, to the millisecond: a new message passes only when the one that is
 * `limit` messages older passed a full window ago. So no window of that length, wherever it starts, holds more.
 */
export function createRateWindow(windowMs: number): { admit(limit: number, nowMs: number): boolean } {
  let times = new Float64Array(0);
  let next = 0;
  return {
    admit(limit, nowMs) {
      if (limit === 0) return true;
      if (times.length !== limit) {
        times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
        next = 0;
      }
      if (nowMs - (times[next] ?? 0) < windowMs) return false;
      times[next] = nowMs;
      next = (next + 1) % limit;
      return true;
    },
  };
}
