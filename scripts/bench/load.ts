import { setTimeout as sleep } from 'node:timers/promises';

/** One request; rejects when its answer is not the expected one. */
export type Send = () => Promise<void>;

export type Measured = {
  readonly requests: number;
  readonly failures: number;
  /** The first failure, to say why a measurement is worth nothing. */
  readonly failure?: unknown;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
};

/** Keeps `inFlight` requests going until `requests` have been answered: what is the most that passes? */
export async function closedLoop(send: Send, requests: number, inFlight: number): Promise<Measured> {
  const record = recorder();
  const startedAt = performance.now();
  let started = 0;
  const worker = async () => {
    while (started < requests) {
      started += 1;
      await record.time(send, performance.now());
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, requests) }, worker));
  return record.result((performance.now() - startedAt) / 1_000);
}

/**
 * Sends at a steady rate, whatever comes back: how long does a caller wait at this load? A request counts from the
 * moment it was due, so that a pause of the server is felt by all the requests that it held up.
 */
export async function steadyRate(send: Send, requests: number, perSecond: number): Promise<Measured> {
  const record = recorder();
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < requests; index++) {
    const dueAt = startedAt + (index * 1_000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 0) await sleep(early);
    pending.push(record.time(send, dueAt));
  }
  await Promise.all(pending);
  return record.result((performance.now() - startedAt) / 1_000);
}

function recorder() {
  const latenciesMs: number[] = [];
  const failures: unknown[] = [];
  return {
    async time(send: Send, since: number): Promise<void> {
      try {
        await send();
        latenciesMs.push(performance.now() - since);
      } catch (error) {
        failures.push(error);
      }
    },
    result: (seconds: number): Measured => ({
      requests: latenciesMs.length + failures.length,
      failures: failures.length,
      ...(failures.length === 0 ? {} : { failure: failures[0] }),
      seconds,
      latenciesMs,
    }),
  };
}

/** The value below which `share` of all values lie; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
