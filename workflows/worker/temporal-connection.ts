import { type Logger, retryUntilDone } from '@doffers/process';
import { registerSearchAttributes } from '@doffers/temporal';
import { NativeConnection } from '@temporalio/worker';

type Options = {
  readonly address: string;
  readonly namespace: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/**
 * Connects, however long the server takes to appear, and makes sure that it knows our search attributes: a workflow that
 * sets an unknown one does not fail, it hangs.
 */
export async function connectToTemporal({ address, namespace, log, signal }: Options): Promise<NativeConnection> {
  const onFailure = (err: unknown) => log.warn({ err }, 'waiting for Temporal');
  const waiting = { signal, maxDelayMs: 5_000, onFailure };
  const connection = await retryUntilDone(() => NativeConnection.connect({ address }), waiting);
  await retryUntilDone(() => registerSearchAttributes(connection.operatorService, namespace), waiting);
  return connection;
}

/** Rejects while the server does not answer. */
export async function pingTemporal(connection: NativeConnection): Promise<void> {
  const service = 'temporal.api.workflowservice.v1.WorkflowService';
  await connection.withDeadline(Date.now() + 2_000, () => connection.healthService.check({ service }));
}
