import { createFieldCipher, newId, startOutboxRelay, transaction } from '@doffers/database';
import { parseConfig, retryUntilDone, startWatch } from '@doffers/process';
import { DispatchService } from '@doffers/proto/notification/v1/dispatch_service';
import { GstService } from '@doffers/proto/payment/v1/gst_service';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { PackAdminService } from '@doffers/proto/payment/v1/pack_admin_service';
import { PackService } from '@doffers/proto/payment/v1/pack_service';
import { RazorpayWebhookService } from '@doffers/proto/payment/v1/razorpay_webhook_service';
import { ReconciliationService } from '@doffers/proto/payment/v1/reconciliation_service';
import { RefundService } from '@doffers/proto/payment/v1/refund_service';
import { RevenueService } from '@doffers/proto/payment/v1/revenue_service';
import { SettlementService } from '@doffers/proto/payment/v1/settlement_service';
import { SubscriptionService } from '@doffers/proto/payment/v1/subscription_service';
import { WalletAdminService } from '@doffers/proto/payment/v1/wallet_admin_service';
import { WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { WalletSettingsService } from '@doffers/proto/payment/v1/wallet_settings_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess, runInCall } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createStorage } from '@doffers/storage';
import {
  createDocumentWorkflows,
  createPackWorkflows,
  createRefundWorkflows,
  createSubscriptionWorkflows,
  createTemporalClient,
  createTopupWorkflows,
  createWalletWorkflows,
  isWorkflowClosed,
  keepSchedule,
  type ScheduleSpec,
} from '@doffers/temporal';
import { createWebhookEvents, oneByOne, startWebhookApplier } from '@doffers/webhooks';
import {
  moneySweepWorkflow,
  monthlyInvoicesWorkflow,
  reconciliationWorkflow,
  subscriptionSweepWorkflow,
} from '@doffers/workflows/contracts';
import { createBillable } from './clients/deliveries.ts';
import { eInvoicingOf } from './clients/e-invoicing.ts';
import { createInvoiceRenderer } from './clients/invoice-pdf.ts';
import { createRazorpay } from './clients/razorpay.ts';
import { createRazorpayClient } from './clients/razorpay-client.ts';
import { isSignedByRazorpay, parseRazorpayEvent } from './clients/razorpay-webhook.ts';
import { settlementFromCsv } from './clients/settlement-csv.ts';
import { createStatementRenderer } from './clients/statement-pdf.ts';
import { config as schema } from './config.ts';
import type { PaymentEvent } from './domain/events.ts';
import { createGstHandlers } from './handlers/gst-handlers.ts';
import { createHoldHandlers } from './handlers/hold-handlers.ts';
import { createInvoiceHandlers } from './handlers/invoice-handlers.ts';
import { createPackAdminHandlers } from './handlers/pack-admin-handlers.ts';
import { createPackHandlers } from './handlers/pack-handlers.ts';
import { createRazorpayWebhookHandlers } from './handlers/razorpay-webhook-handlers.ts';
import { createReconciliationHandlers } from './handlers/reconciliation-handlers.ts';
import { createRefundHandlers } from './handlers/refund-handlers.ts';
import { createRevenueHandlers } from './handlers/revenue-handlers.ts';
import { createSettlementHandlers } from './handlers/settlement-handlers.ts';
import { createSubscriptionHandlers } from './handlers/subscription-handlers.ts';
import { createWalletAdminHandlers } from './handlers/wallet-admin-handlers.ts';
import { createWalletHandlers } from './handlers/wallet-handlers.ts';
import { createWalletSettingsHandlers } from './handlers/wallet-settings-handlers.ts';
import { watchOpenBreaks } from './open-breaks-metric.ts';
import { type Books, createBooks } from './repositories/books.ts';
import { firstIdAt, genesis, sealHash } from './repositories/ledger-chain.ts';
import { startLedgerSealer } from './repositories/ledger-sealer.ts';
import { tables } from './repositories/tables.ts';
import { applyRazorpayEvent } from './usecases/apply-razorpay-event.ts';
import { assertGstTiming } from './usecases/assert-gst-timing.ts';
import { deleteRevokedTokens } from './usecases/delete-revoked-tokens.ts';
import { deliverEvent } from './usecases/deliver-event.ts';
import { reconChecks } from './usecases/recon-checks.ts';
import { startAutoTopups } from './usecases/start-auto-topups.ts';
import { createTaxTerms } from './usecases/tax-terms.ts';
import { watchWallets } from './usecases/watch-wallets.ts';

const config = parseConfig(schema);
const now = () => new Date();
const schedules: readonly ScheduleSpec[] = [
  {
    id: 'money-sweep',
    workflowType: moneySweepWorkflow,
    when: { everyMs: 10 * 60_000 },
    note: 'releases holds that nobody will close, and takes expired promotional credit away',
  },
  {
    id: 'monthly-invoices',
    workflowType: monthlyInvoicesWorkflow,
    when: { everyMs: 10 * 60_000 },
    note: 'in the last half hour of a month, invoices the campaigns of shops that want one invoice a month',
  },
  {
    id: 'reconciliation',
    workflowType: reconciliationWorkflow,
    when: { everyMs: 3_600_000 },
    note: 'compares the books with the documents, the workflows and what was delivered',
  },
  {
    id: 'subscription-sweep',
    workflowType: subscriptionSweepWorkflow,
    when: { everyMs: 15 * 60_000 },
    note: 'starts the workflows of overdue subscriptions that have none',
  },
];
const supplier = { name: config.SUPPLIER_NAME, address: config.SUPPLIER_ADDRESS, gstin: config.SUPPLIER_GSTIN };

runService({
  name: 'payment',
  config,
  database: tables,
  async build({ db, client, log, metrics, serve, onStop }) {
    // Finding an order and making one fit into the five seconds that a caller waits.
    const razorpay = createRazorpay({
      baseUrl: config.RAZORPAY_BASE_URL,
      keyId: config.RAZORPAY_KEY_ID,
      keySecret: config.RAZORPAY_KEY_SECRET,
      deadlineMs: 2_000,
    });
    onStop('razorpay', () => razorpay.close());
    const books = createBooks(db.manager);
    await assertGstTiming(books.tax, config.GST_TIMING);
    const inTransaction = <T>(work: (books: Books) => Promise<T>) => transaction(db, (tx) => work(createBooks(tx)));
    const shopAccess = createShopAccess(client(ShopService));
    const terms = createTaxTerms({ tax: books.tax, supplier, timing: config.GST_TIMING, now });
    const gateway = createRazorpayClient(razorpay, { email: config.BILLING_EMAIL, phone: config.BILLING_PHONE });
    const deps = { books, inTransaction, shopAccess, supplier, gateway, ...terms, newId, now };
    serve(
      WalletService,
      createWalletHandlers({
        ...deps,
        gatewayKeyId: config.RAZORPAY_KEY_ID,
        renderStatement: createStatementRenderer(),
      }),
    );
    serve(WalletAdminService, createWalletAdminHandlers(deps));
    serve(WalletSettingsService, createWalletSettingsHandlers(deps));
    const watches = [
      startWatch(() => watchWallets(deps), { log, waits: 'low wallets wait to be told of' }),
      startWatch(() => startAutoTopups(deps), { log, waits: 'automatic top-ups wait to be opened' }),
      startWatch(() => deleteRevokedTokens(deps), {
        log,
        waits: 'mandates that were taken back wait to be deleted at the gateway',
        pollMs: 10_000,
      }),
    ];
    onStop('wallet watches', async () => void (await Promise.all(watches.map((watch) => watch.stop()))));
    serve(PackService, createPackHandlers(deps));
    serve(RefundService, createRefundHandlers(deps));
    serve(PackAdminService, createPackAdminHandlers(deps));
    serve(RevenueService, createRevenueHandlers(deps));
    serve(SettlementService, createSettlementHandlers({ ...deps, readReport: settlementFromCsv }));

    const storage = createStorage({
      endpoint: config.S3_ENDPOINT,
      region: config.S3_REGION,
      accessKeyId: config.S3_ACCESS_KEY_ID,
      secretAccessKey: config.S3_SECRET_ACCESS_KEY,
      bucket: `${config.S3_BUCKET_PREFIX}-invoices`,
    });
    onStop('storage', async () => storage.close());
    serve(GstService, createGstHandlers(deps));
    const eInvoicing = eInvoicingOf(config);
    onStop('invoice registration portal', async () => eInvoicing?.close());
    const renderPdf = createInvoiceRenderer({ upiId: config.SUPPLIER_UPI_ID });
    serve(InvoiceService, createInvoiceHandlers({ ...deps, storage, renderPdf, eInvoicing }));

    const temporal = createTemporalClient({ address: config.TEMPORAL_ADDRESS, namespace: config.TEMPORAL_NAMESPACE });
    onStop('temporal', () => temporal.connection.close());
    // A hold's key is the id of the workflow that uses it, and its number there.
    const workflowOf = (holdKey: string) => holdKey.replace(/\/hold\/[^/]+$/, '');
    const isClosed = (holdKey: string) => isWorkflowClosed(temporal, workflowOf(holdKey));
    serve(HoldService, createHoldHandlers({ ...deps, isWorkflowClosed: isClosed }));
    const stopping = new AbortController();
    onStop('schedules', async () => stopping.abort());
    for (const schedule of schedules) {
      void retryUntilDone(() => keepSchedule(temporal, schedule), {
        signal: stopping.signal,
        onFailure: (err) => log.warn({ err }, 'the schedules wait for Temporal'),
      }).catch(() => undefined);
    }
    const sealer = startLedgerSealer({ db, log, metrics, now });
    onStop('ledger sealer', () => sealer.stop());
    const workflows = {
      topups: createTopupWorkflows(temporal),
      refunds: createRefundWorkflows(temporal),
      packs: createPackWorkflows(temporal),
      wallets: createWalletWorkflows(temporal),
      documents: createDocumentWorkflows(temporal),
      subscriptions: createSubscriptionWorkflows(temporal),
    };
    const sandbox = config.DOFFERS_MODE === 'sandbox';
    serve(SubscriptionService, createSubscriptionHandlers({ ...deps, workflows: workflows.subscriptions, sandbox }));
    const checks = reconChecks({
      books,
      isWorkflowClosed: isClosed,
      billableOf: createBillable(client(DispatchService)),
      settlementOf: gateway.settlementOf,
      chainHash: sealHash,
      firstIdAt,
      genesis,
      now,
      pageSize: 500,
    });
    serve(ReconciliationService, createReconciliationHandlers({ ...deps, checks, elapsed: () => performance.now() }));
    watchOpenBreaks(metrics, () => books.reconciliation.countOpenBreaks());

    const relay = startOutboxRelay({
      db,
      log,
      metrics,
      deliver: ({ id, ...announced }) =>
        runInCall({ requestId: `outbox.payment.${id}` }, () => deliverEvent(workflows, announced as PaymentEvent)),
    });
    onStop('outbox relay', () => relay.stop());

    const cipher = createFieldCipher({ dataKey: config.DATA_KEY, indexKey: config.INDEX_KEY });
    const events = createWebhookEvents({ db, cipher });
    const applier = startWebhookApplier({
      events,
      provider: 'razorpay',
      apply: oneByOne(async (tx, body) => {
        const books = createBooks(tx);
        const { advanceTerms } = terms;
        return [await applyRazorpayEvent({ books, parse: parseRazorpayEvent, advanceTerms, newId, now }, body)];
      }),
      log,
      metrics,
    });
    onStop('webhooks', () => applier.stop());
    serve(
      RazorpayWebhookService,
      createRazorpayWebhookHandlers({
        verifySignature: ({ body, signature }) => isSignedByRazorpay(config.RAZORPAY_WEBHOOK_SECRET, body, signature),
        store: (body) => events.store(body).then(() => applier.wake()),
      }),
    );
  },
});
