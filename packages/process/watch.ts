import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';

export type Watch = {
  /** Resolves when nothing is being looked at any more. */
  stop(): Promise<void>;
};

type Options = {
  readonly log: Logger;
  /** What waits while looking fails, as the log tells it. */
  readonly waits: string;
  readonly pollMs?: number;
};

/**
 * Looks again and again, one look after the other. A look that fails is repeated with the next one; `signal` tells one
 * that takes long when it should end.
 */
export function startWatch(
  look: (signal: AbortSignal) => Promise<unknown>,
  { log, waits, pollMs = 2_000 }: Options,
): Watch {
  const abort = new AbortController();
  const run = async () => {
    while (!abort.signal.aborted) {
      await look(abort.signal).catch((err: unknown) => {
        if (!abort.signal.aborted) log.warn({ err }, waits);
      });
      await sleep(pollMs, undefined, { signal: abort.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}
