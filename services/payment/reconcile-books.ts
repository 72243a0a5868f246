/**
 * Runs reconciliation in the payment service of this stack until every check has got through:
 * `node services/payment/reconcile-books.ts`. Prints the breaks that are open, one line each, and ends with 1 when there
 * are any, with 2 when not every check got through or the platform does not answer.
 */
import { createDatabase } from '@doffers/database';
import { parseConfig } from '@doffers/process';
import { ReconciliationService } from '@doffers/proto/payment/v1/reconciliation_service';
import { closeChannels, createRpcClient } from '@doffers/rpc';
import { loadProcessKeys } from '@doffers/service';
import { Registry } from 'prom-client';
import { config as schema } from './config.ts';
import { createReconciliationRepository } from './repositories/reconciliation-repository.ts';
import { tables } from './repositories/tables.ts';
import { exitCodeOf, reconcileThrough } from './usecases/reconcile-through.ts';

/** Each part is a few seconds: an hour. What is left then, the schedule takes. */
const mostParts = 1_000;

const config = parseConfig(schema);
const db = createDatabase({ ...tables, url: config.DATABASE_URL, poolSize: 1 });
try {
  await db.initialize();
  const isComplete = await reconcileAll();
  const repository = createReconciliationRepository(db.manager);
  for (const { kind, reference, shopId, details } of await repository.listBreaks({ includeResolved: false })) {
    const about = shopId === undefined ? '' : ` (shop ${shopId} is parked)`;
    process.stdout.write(`✗ ${kind} ${reference}${about}: ${details}\n`);
  }
  const open = await repository.countOpenBreaks();
  if (!isComplete) process.stdout.write('✗ not every check has got through: the schedule goes on\n');
  process.stdout.write(open === 0 ? '✓ no breaks are open\n' : `✗ ${open} breaks are open\n`);
  process.exitCode = exitCodeOf({ openBreaks: open, isComplete });
} catch (error) {
  process.stderr.write(`the platform does not answer (${String(error)}): start it first, npm start\n`);
  process.exitCode = 2;
} finally {
  closeChannels();
  if (db.isInitialized) await db.destroy();
}

/** Has the service look at its books, part by part. */
async function reconcileAll(): Promise<boolean> {
  const { identity } = await loadProcessKeys('payment', config.KEYS_DIR);
  const address = `127.0.0.1:${config.GRPC_PORT}`;
  const client = createRpcClient(ReconciliationService, {
    target: 'payment',
    address,
    identity,
    metrics: new Registry(),
  });
  const part = (skipped: readonly string[]) => client.reconcile({ skippedChecks: [...skipped] });
  const { isComplete, failures } = await reconcileThrough(part, mostParts);
  for (const failure of failures) process.stdout.write(`✗ ${failure}\n`);
  return isComplete;
}
