import type { Logger } from '@doffers/process';
import { DefaultLogger, type LogEntry, type LogLevel, Runtime } from '@temporalio/worker';

const levels: Readonly<Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Said by every worker that has only one kind of task, as all of ours do; and what `createLogFailure` says better. */
const expected = /^(No (workflows|activities) registered|Activity failed$)/;

type Options = { readonly log: Logger; readonly metricsAddress: string };

/**
 * Sets up the SDK of this process, once: logs into ours, metrics in seconds on a port of their own, and no signal
 * handling, since the process has one order in which it stops.
 */
export function installSdkRuntime({ log, metricsAddress }: Options): void {
  Runtime.install({
    logger: new DefaultLogger('DEBUG', (entry) => forward(log, entry)),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
      metrics: {
        prometheus: {
          bindAddress: metricsAddress,
          useSecondsForDurations: true,
          unitSuffix: true,
          countersTotalSuffix: true,
        },
      },
    },
  });
}

/** What workflows and activities log is news; how the SDK is doing is not, unless it warns. */
function forward(log: Logger, { level, message, meta = {} }: LogEntry): void {
  const { taskToken: _secret, error, ...fields } = meta;
  const ours = meta.sdkComponent === 'workflow' || meta.sdkComponent === 'activity';
  const quiet = (level === 'INFO' && !ours) || expected.test(message);
  log[quiet ? 'debug' : levels[level]](error === undefined ? fields : { ...fields, err: error }, message);
}
