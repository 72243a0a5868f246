import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporalClient, registerSearchAttributes, type TemporalClient } from '@doffers/temporal';
import { devServerArguments } from '@doffers/temporal/dev-server';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { NativeConnection } from '@temporalio/worker';

export type WorkflowEnvironment = {
  readonly address: string;
  readonly namespace: string;
  /** As services have it, with the interceptor that says who asks. */
  readonly client: TemporalClient;
  /** For workers. */
  readonly connection: NativeConnection;
  /**
   * Lets a workflow that has just been started jump over its timers. Activities still take the time they take.
   * Its `describe()` then tells how long it believes to have run.
   */
  skipTime(workflowId: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * A Temporal server of its own for one test file, in memory, set up like the platform's: our search attributes, fairness
 * on, time skipping per workflow. It is up within half a second. `settings` adds dynamic configuration.
 */
export async function createWorkflowEnvironment(
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkflowEnvironment> {
  const namespace = 'doffers';
  const more = Object.entries(settings).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
  const server = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCli() },
      ip: '127.0.0.1',
      namespace,
      log: { format: 'pretty', level: 'error' },
      extraArgs: [...devServerArguments, ...more],
    },
  });
  const { address, nativeConnection: connection } = server;
  await registerSearchAttributes(connection.operatorService, namespace);
  const client = createTemporalClient({ address, namespace });
  return {
    address,
    namespace,
    client,
    connection,
    skipTime: (workflowId) => skipTime(client, workflowId),
    close: async () => {
      await client.connection.close();
      await server.teardown();
    },
  };
}

async function skipTime(
  { workflowService, options: { namespace } }: TemporalClient,
  workflowId: string,
): Promise<void> {
  await workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution: { workflowId },
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true } },
    updateMask: { paths: ['time_skipping_config'] },
  });
}

/**
 * Finds the Temporal command: `TEMPORAL_CLI`, else where set-up puts it, else on the path.
 * @throws Error when there is none
 */
export function temporalCli(): string {
  const { TEMPORAL_CLI, PATH = '' } = process.env;
  if (TEMPORAL_CLI) return TEMPORAL_CLI;
  const tools = fileURLToPath(new URL('../../.tools/venv/bin', import.meta.url));
  const found = [tools, ...PATH.split(delimiter)]
    .map((folder) => join(folder, 'temporal'))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('no temporal command: run npm run setup, or set TEMPORAL_CLI');
  return found;
}
