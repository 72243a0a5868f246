import { parseConfig, processConfig, temporalConfig } from '@doffers/process';
import { topology } from '@doffers/topology';
import { z } from 'zod';

export type WorkerRole = 'workflow' | 'activity';

/** Which of the two workers this process is, from its command line. */
export function parseRole(argument: string | undefined): WorkerRole {
  if (argument === 'workflow' || argument === 'activity') return argument;
  process.stderr.write('say which worker to run: node workflows/worker.ts workflow|activity\n');
  process.exit(1);
}

/** The worker's environment. */
export function readWorkerConfig(role: WorkerRole) {
  const fields = {
    ...temporalConfig,
    /** Where the SDK itself serves its metrics. */
    SDK_METRICS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
    /** Workflows kept in memory between their steps; the others are replayed from their history. */
    MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).max(10_000).default(200),
  };
  const { SDK_METRICS_PORT, ...config } = parseConfig(processConfig(fields, (stack) => stack.workers[role].ops));
  const { sdkMetrics } = topology(config.DOFFERS_PORT_OFFSET).workers[role];
  return { ...config, SDK_METRICS_PORT: SDK_METRICS_PORT ?? sdkMetrics };
}
