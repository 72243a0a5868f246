import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe, ProcessDefinition } from './process-definition.ts';

export type WatchTimes = {
  readonly startLookEveryMs: number;
  readonly startWithinMs: number;
  readonly lookEveryMs: number;
  readonly answerWithinMs: number;
  /** So many unanswered looks in a row mean that the process hangs. A busy machine makes anybody miss one or two. */
  readonly missesAllowed: number;
};

export const watchTimes: WatchTimes = {
  startLookEveryMs: 100,
  startWithinMs: 60_000,
  lookEveryMs: 2_000,
  answerWithinMs: 3_000,
  missesAllowed: 4,
};

export type HealthState = 'ready' | 'not ready' | 'not answering';

/** Resolves once the process is ready. @throws Error with its last complaint when that takes too long */
export async function waitUntilReady(ready: Probe, signal: AbortSignal, times: WatchTimes): Promise<void> {
  const until = Date.now() + times.startWithinMs;
  for (;;) {
    try {
      return await ask(ready, signal, times.answerWithinMs);
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() >= until) {
        throw new Error(`not ready after ${times.startWithinMs / 1_000} s: ${messageOf(error)}`);
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
  const answers = (probe: Probe) =>
    ask(probe, signal, times.answerWithinMs).then(
      () => true,
      () => false,
    );
  for (let misses = 0; misses < times.missesAllowed; ) {
    await sleep(times.lookEveryMs, undefined, { signal });
    const state: HealthState = (await answers(ready))
      ? 'ready'
      : alive && (await answers(alive))
        ? 'not ready'
        : 'not answering';
    signal.throwIfAborted();
    misses = state === 'not answering' ? misses + 1 : 0;
    onState(state);
  }
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
