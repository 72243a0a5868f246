import { createLogger, createMetrics, type Logger, runProcess, type Shutdown, startOpsServer } from '@doffers/process';
import { CampaignStateService } from '@doffers/proto/campaign/v1/campaign_state_service';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { PackService } from '@doffers/proto/payment/v1/pack_service';
import { ReconciliationService } from '@doffers/proto/payment/v1/reconciliation_service';
import { RefundService } from '@doffers/proto/payment/v1/refund_service';
import { SubscriptionService } from '@doffers/proto/payment/v1/subscription_service';
import { WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { WalletSettingsService } from '@doffers/proto/payment/v1/wallet_settings_service';
import { AudienceService } from '@doffers/proto/user/v1/audience_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { closeChannels, createRpcClient } from '@doffers/rpc';
import { type Check, runChecks } from '@doffers/service/health';
import { loadProcessKeys } from '@doffers/service/keys';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Registry } from 'prom-client';
import { type Activities, createActivities } from './activities/index.ts';
import { prepareWorkflowBundle } from './bundle.ts';
import { taskQueues } from './contracts/task-queues.ts';
import { activityInterceptors } from './worker/activity-interceptors.ts';
import { createWatchAttempt } from './worker/attempts.ts';
import { parseRole, readWorkerConfig } from './worker/config.ts';
import { keepRunning } from './worker/keep-running.ts';
import { createLogFailure } from './worker/log-failure.ts';
import { installSdkRuntime } from './worker/sdk-runtime.ts';
import { connectToTemporal, pingTemporal } from './worker/temporal-connection.ts';
import { activityQueues, activityWorkerOptions, type Place, workflowWorkerOptions } from './worker/worker-options.ts';

/** Longer than running activities may take to finish on stop; see `activityWorkerOptions`. */
const stopWithinMs = 35_000;

const role = parseRole(process.argv[2]);
const config = readWorkerConfig(role);
const name = `worker-${role}`;

type Deps = { readonly log: Logger; readonly metrics: Registry; readonly shutdown: Shutdown };
/** The worker of one queue, made anew when it ends by itself. */
type Queue = { readonly taskQueue: string; readonly options: (place: Place) => Promise<WorkerOptions> };

runProcess(name, run, { stopWithinMs });

async function run(shutdown: Shutdown): Promise<void> {
  const log = createLogger({ name, level: config.LOG_LEVEL });
  const metrics = createMetrics(name);
  const checks = new Map<string, Check>([['startup', starting]]);
  const ops = await startOpsServer({
    host: config.BIND_HOST,
    port: config.OPS_PORT,
    registry: metrics,
    health: () => runChecks(checks),
  });
  shutdown.onStop('ops port', ops.close);
  installSdkRuntime({ log, metricsAddress: `${config.BIND_HOST}:${config.SDK_METRICS_PORT}` });

  const queues = role === 'workflow' ? [workflowQueue()] : await queuesOfActivities({ log, metrics, shutdown });
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = config;
  const connection = await connectToTemporal({ address, namespace, log, signal: shutdown.signal });
  shutdown.onStop('temporal connection', () => connection.close());
  checks.set('temporal', () => pingTemporal(connection));

  const workers = queues.map(({ taskQueue, options }) => {
    const create = async () => Worker.create(await options({ connection, namespace }));
    const worker = keepRunning(create, { taskQueue, log, signal: shutdown.signal });
    checks.set(`queue ${taskQueue}`, worker.assertPolling);
    return worker;
  });
  shutdown.onStop('workers', async () => void (await Promise.all(workers.map((worker) => worker.stop()))));
  checks.delete('startup');
  log.info({ queues: queues.map(({ taskQueue }) => taskQueue), opsPort: ops.port }, 'ready');
}

function workflowQueue(): Queue {
  return {
    taskQueue: taskQueues.workflow,
    options: async (place) => workflowWorkerOptions(place, await prepareWorkflowBundle(), config.MAX_CACHED_WORKFLOWS),
  };
}

async function queuesOfActivities({ log, metrics, shutdown }: Deps): Promise<Queue[]> {
  const activities = await connectActivities(metrics);
  shutdown.onStop('rpc clients', closeChannels);
  const interceptors = activityInterceptors({
    watchAttempt: createWatchAttempt(log, metrics),
    logFailure: createLogFailure(log),
  });
  return activityQueues.map((taskQueue) => ({
    taskQueue,
    options: async (place) => activityWorkerOptions(place, { taskQueue, activities, interceptors }),
  }));
}

/** Activities call the services under the worker's own name; whose request it was travels as audit data. */
async function connectActivities(metrics: Registry): Promise<Activities> {
  const { identity } = await loadProcessKeys('worker', config.KEYS_DIR);
  const user = { target: 'user', address: config.USER_ADDRESS, identity, metrics };
  const campaign = { target: 'campaign', address: config.CAMPAIGN_ADDRESS, identity, metrics };
  const payment = { target: 'payment', address: config.PAYMENT_ADDRESS, identity, metrics };
  const notification = { target: 'notification', address: config.NOTIFICATION_ADDRESS, identity, metrics };
  return createActivities({
    shops: createRpcClient(ShopService, user),
    audiences: createRpcClient(AudienceService, user),
    campaigns: createRpcClient(CampaignStateService, campaign),
    holds: createRpcClient(HoldService, payment),
    invoices: createRpcClient(InvoiceService, payment),
    packs: createRpcClient(PackService, payment),
    reconciliation: createRpcClient(ReconciliationService, payment),
    refunds: createRpcClient(RefundService, payment),
    subscriptions: createRpcClient(SubscriptionService, payment),
    wallets: createRpcClient(WalletService, payment),
    autoTopups: createRpcClient(WalletSettingsService, payment),
    dispatch: createRpcClient(DispatchService, notification),
    inbox: createRpcClient(InboxService, notification),
  });
}

function starting(): Promise<never> {
  return Promise.reject(Object.assign(new Error('starting'), { code: 'STARTING' }));
}
