import { createLogger, type Logger } from './logger.ts';

type Options = {
  /** How long an orderly stop may take before it is cut off; 15 seconds unless a process drains longer work. */
  readonly stopWithinMs?: number;
};

export type Shutdown = {
  /** Aborts when the process has been told to stop; give it to every wait of the start-up. */
  readonly signal: AbortSignal;
  /** Registers what to do on stop. The last registered runs first, so a server closes before the pool it uses. */
  onStop(name: string, stop: () => Promise<void> | void): void;
};

/** A stack of stop functions that run last-in first-out; one that fails does not keep the others from running. */
export function createShutdown(log: Logger): Shutdown & { run(): Promise<boolean> } {
  const stops: { name: string; stop: () => Promise<void> | void }[] = [];
  const abort = new AbortController();
  return {
    signal: abort.signal,
    onStop: (name, stop) => void stops.push({ name, stop }),
    async run() {
      abort.abort(new Error('the process is stopping'));
      let clean = true;
      for (let next = stops.pop(); next; next = stops.pop()) {
        const { name, stop } = next;
        try {
          await stop();
          log.debug({ part: name }, 'stopped');
        } catch (err) {
          clean = false;
          log.error({ err, part: name }, 'could not stop cleanly');
        }
      }
      return clean;
    },
  };
}

/**
 * Runs a process until it is told to stop. SIGTERM and SIGINT stop it in order; what takes too long is cut off.
 * An error that nobody handled means the state is unknown: it is logged and the process ends with 1, to be
 * started anew.
 */
export function runProcess(
  name: string,
  main: (shutdown: Shutdown) => Promise<void>,
  { stopWithinMs = 15_000 }: Options = {},
): void {
  const log = createLogger({ name });
  const shutdown = createShutdown(log);
  let stopping = false;

  const stop = (cause: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ cause }, 'stopping');
    setTimeout(() => {
      log.fatal('did not stop in time');
      process.exit(1);
    }, stopWithinMs).unref();
    void shutdown.run().then((clean) => {
      log.info('stopped');
      process.exit(clean ? 0 : 1);
    });
  };
  const die = (message: string) => (err: unknown) => {
    log.fatal({ err }, message);
    process.exit(1);
  };

  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('uncaughtException', die('uncaught exception'));
  process.on('unhandledRejection', die('unhandled rejection'));
  main(shutdown).catch((err: unknown) => {
    if (!stopping) die('could not start')(err);
  });
}
