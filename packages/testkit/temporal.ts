import { createTemporalClient, registerSearchAttributes, type TemporalClient } from '@doffers/temporal';
import { NativeConnection } from '@temporalio/worker';
import { eventually } from './eventually.ts';
import { createTemporalServer } from './temporal-server.ts';

export { createTemporalServer, freePort, type TemporalServer, temporalCli } from './temporal-server.ts';

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

/** A timer that is skipped fires when the queue of timers is read next: by default a second later. */
const quickTimers = { 'history.timerProcessorMaxTimeShift': '"10ms"' };

/**
 * A Temporal server of its own for one test file, set up like the platform's: our search attributes, fairness on, time
 * skipping per workflow. Usually it is up within half a second; on a busy machine it is waited for.
 */
export async function createWorkflowEnvironment(
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkflowEnvironment> {
  const server = await createTemporalServer({ settings: { ...quickTimers, ...settings }, inMemory: true });
  const { address, namespace } = server;
  const patience = { timeoutMs: 60_000, everyMs: 100 };
  server.start();
  try {
    const connection = await eventually(() => NativeConnection.connect({ address }), patience);
    await eventually(() => registerSearchAttributes(connection.operatorService, namespace), patience);
    const client = createTemporalClient({ address, namespace });
    return {
      address,
      namespace,
      client,
      connection,
      skipTime: (workflowId) => skipTime(client, workflowId),
      async close() {
        await client.connection.close();
        await connection.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
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
