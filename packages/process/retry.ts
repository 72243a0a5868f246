import { setTimeout as sleep } from 'node:timers/promises';

type Delays = {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
};

/**
 * How long to wait after the `attempt`-th failure: twice as long each time up to a limit, and somewhere between half of
 * that and all of it, so that those who failed together do not come back together.
 */
export function backoffMs(attempt: number, { firstDelayMs, maxDelayMs }: Delays, random = Math.random): number {
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 30));
  return delayMs * (0.5 + random() / 2);
}

type Options = Partial<Delays> & {
  readonly signal?: AbortSignal;
  /** Told about each failure, so that a log shows what the process is waiting for. */
  readonly onFailure?: (error: unknown, attempt: number) => void;
};

/**
 * Repeats `action` until it succeeds, waiting longer each time: how a process waits for a database that is briefly away
 * instead of dying. Rejects only when `signal` aborts.
 */
export async function retryUntilDone<T>(action: () => Promise<T>, options: Options = {}): Promise<T> {
  const { signal, firstDelayMs = 100, maxDelayMs = 2_000, onFailure } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      onFailure?.(error, attempt);
      await sleep(backoffMs(attempt, { firstDelayMs, maxDelayMs }), undefined, { signal });
    }
  }
}
