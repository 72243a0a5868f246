import { setTimeout as sleep } from 'node:timers/promises';

type Options = {
  readonly signal?: AbortSignal;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Told about each failure, so that a log shows what the process is waiting for. */
  readonly onFailure?: (error: unknown, attempt: number) => void;
};

/**
 * Repeats `action` until it succeeds, waiting longer each time with jitter: how a process waits for a database that is
 * briefly away instead of dying. Rejects only when `signal` aborts.
 */
export async function retryUntilDone<T>(action: () => Promise<T>, options: Options = {}): Promise<T> {
  const { signal, firstDelayMs = 100, maxDelayMs = 2_000, onFailure } = options;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      onFailure?.(error, attempt);
      const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(attempt - 1, 10));
      await sleep(delayMs * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}
