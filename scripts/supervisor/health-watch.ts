import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe, ProcessDefinition } from './process-definition.ts';

export type WatchTimes = {
  readonly startLookEveryMs: number;
  readonly startWithinMs: number;
  /** One that answers by then and only is not ready yet, because it migrates or waits, gets until here. */
  readonly startAtMostMs: number;
  readonly lookEveryMs: number;
  readonly answerWithinMs: number;
  /** So many unanswered looks in a row mean that the process hangs. A busy machine makes anybody miss one or two. */
  readonly missesAllowed: number;
};

export const watchTimes: WatchTimes = {
  startLookEveryMs: 100,
  startWithinMs: 60_000,
  startAtMostMs: 300_000,
  lookEveryMs: 2_000,
  answerWithinMs: 3_000,
  missesAllowed: 4,
};

export type HealthState = 'ready' | 'not ready' | 'not answering';

/**
 * Resolves once the process is ready. Ending one that is at work would only make it begin again, so a process that shows
 * to be alive gets more time.
 * @throws Error with its last complaint when it takes too long
 */
export async function waitUntilReady(
  { ready, alive }: Pick<ProcessDefinition, 'ready' | 'alive'>,
  signal: AbortSignal,
  times: WatchTimes,
): Promise<void> {
  const began = Date.now();
  const isAlive = async () => alive !== undefined && (await answers(alive, signal, times));
  for (;;) {
    try {
      return await ask(ready, signal, times.answerWithinMs);
    } catch (error) {
      signal.throwIfAborted();
      const tookMs = Date.now() - began;
      if (tookMs >= times.startAtMostMs || (tookMs >= times.startWithinMs && !(await isAlive()))) {
        throw new Error(`not ready after ${Math.round(tookMs / 10) / 100} s: ${messageOf(error)}`);
      }
    }
    await sleep(times.startLookEveryMs, undefined, { signal });
  }
}

/** Looks after a process that was ready; resolves when it hangs, and never while it only waits for another. */
export async function watchHealth(
  { ready, alive }: Pick<ProcessDefinition, 'ready' | 'alive'>,
  signal: AbortSignal,
  { times, onState }: { times: WatchTimes; onState: (state: HealthState) => void },
): Promise<void> {
  for (let misses = 0; misses < times.missesAllowed; ) {
    await sleep(times.lookEveryMs, undefined, { signal });
    const state: HealthState = (await answers(ready, signal, times))
      ? 'ready'
      : alive && (await answers(alive, signal, times))
        ? 'not ready'
        : 'not answering';
    signal.throwIfAborted();
    misses = state === 'not answering' ? misses + 1 : 0;
    onState(state);
  }
}

function answers(probe: Probe, signal: AbortSignal, { answerWithinMs }: WatchTimes): Promise<boolean> {
  return ask(probe, signal, answerWithinMs).then(
    () => true,
    () => false,
  );
}

/** Asks with a time limit that holds even when the probe itself does not keep to its signal. */
async function ask(probe: Probe, signal: AbortSignal, withinMs: number): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(limit.reason);
  limit.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([probe(limit), aborted]);
  } finally {
    limit.removeEventListener('abort', stop);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message || error.name : String(error));
