import { DomainError } from '@doffers/errors';
import { NativeConnection } from '@temporalio/worker';
import { createWorkers } from './harness.ts';
import { Ledger } from './ledger.ts';
import { createPurchaseActivities, type PurchaseActivities } from './purchase-activities.ts';

/**
 * A worker process for purchases, to be killed: `HANG_AFTER` names an activity whose answer never leaves the process
 * though it took effect, `REFUSE` one that is refused.
 */
const { TEMPORAL_ADDRESS = '', LEDGER = '', HANG_AFTER = '', REFUSE = '' } = process.env;

const real = createPurchaseActivities(new Ledger(LEDGER));
const activities = Object.fromEntries(
  Object.entries(real).map(([name, activity]: [string, PurchaseActivities['charge']]) => [
    name,
    async (input: Parameters<typeof activity>[0]) => {
      if (name === REFUSE) throw new DomainError('failed_precondition', 'DECLINED', 'no');
      await activity(input);
      if (name === HANG_AFTER) await new Promise(() => undefined);
    },
  ]),
);

const connection = await NativeConnection.connect({ address: TEMPORAL_ADDRESS });
const workers = await createWorkers({ connection, namespace: 'doffers' }, { activities });
await Promise.all(workers.map((worker) => worker.run()));
