import { type Logger, retryUntilDone } from '@doffers/process';
import type { Worker } from '@temporalio/worker';

export type RunningWorker = {
  /** Rejects, with its state as the code, while it does not poll. */
  assertPolling(): Promise<void>;
  /** Takes no new tasks, lets the running ones finish, and ends. */
  stop(): Promise<void>;
};

type PollingWorker = Pick<Worker, 'run' | 'shutdown' | 'getState'>;
type Options = { readonly taskQueue: string; readonly log: Logger; readonly signal: AbortSignal };

/**
 * Runs a worker for as long as the process lives. The SDK itself waits out a server that is away; a worker that ends all
 * the same, such as on a namespace that is not there yet, is made anew with back-off instead of ending the process.
 */
export function keepRunning(create: () => Promise<PollingWorker>, { taskQueue, log, signal }: Options): RunningWorker {
  let current: PollingWorker | undefined;
  const run = async () => {
    current = undefined;
    current = await create();
    if (!signal.aborted) await current.run();
  };
  const onFailure = (err: unknown) => log.error({ err, taskQueue }, 'a worker ended by itself');
  const ended = retryUntilDone(run, { signal, maxDelayMs: 5_000, onFailure });
  ended.catch(() => undefined); // only the stop ends it; `stop` waits for it

  return {
    async assertPolling() {
      const code = current?.getState() ?? 'STARTING';
      if (code !== 'RUNNING') throw Object.assign(new Error(`the worker is ${code}`), { code });
    },
    async stop() {
      if (current?.getState() === 'RUNNING') current.shutdown();
      await ended.catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
  };
}
