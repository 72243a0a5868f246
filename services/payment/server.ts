import { createFieldCipher, newId, transaction } from '@doffers/database';
import { stateOfGstin } from '@doffers/money';
import { parseConfig } from '@doffers/process';
import { HoldService } from '@doffers/proto/payment/v1/hold_service';
import { RazorpayWebhookService } from '@doffers/proto/payment/v1/razorpay_webhook_service';
import { WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { ShopService } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess } from '@doffers/rpc';
import { runService } from '@doffers/service';
import { createWebhookEvents, startWebhookApplier } from '@doffers/webhooks';
import { createRazorpay, createRazorpayClient } from './clients/razorpay.ts';
import { isSignedByRazorpay, parseRazorpayEvent } from './clients/razorpay-webhook.ts';
import { config as schema } from './config.ts';
import { createHoldHandlers } from './handlers/hold-handlers.ts';
import { createRazorpayWebhookHandlers } from './handlers/razorpay-webhook-handlers.ts';
import { createWalletHandlers } from './handlers/wallet-handlers.ts';
import { type Books, createBooks } from './repositories/books.ts';
import { tables } from './repositories/tables.ts';
import { applyRazorpayEvent } from './usecases/apply-razorpay-event.ts';

const config = parseConfig(schema);
const now = () => new Date();
const supplier = { name: config.SUPPLIER_NAME, address: config.SUPPLIER_ADDRESS, gstin: config.SUPPLIER_GSTIN };

runService({
  name: 'payment',
  config,
  database: tables,
  build({ db, client, log, metrics, serve, onStop }) {
    // Finding an order and making one fit into the five seconds that a caller waits.
    const razorpay = createRazorpay({
      baseUrl: config.RAZORPAY_BASE_URL,
      keyId: config.RAZORPAY_KEY_ID,
      keySecret: config.RAZORPAY_KEY_SECRET,
      deadlineMs: 2_000,
    });
    onStop('razorpay', () => razorpay.close());
    const books = createBooks(db.manager);
    const inTransaction = <T>(work: (books: Books) => Promise<T>) => transaction(db, (tx) => work(createBooks(tx)));
    const shopAccess = createShopAccess(client(ShopService));
    const deps = { books, inTransaction, shopAccess, supplier, newId, now };
    const gateway = createRazorpayClient(razorpay);
    serve(WalletService, createWalletHandlers({ ...deps, gateway, gatewayKeyId: config.RAZORPAY_KEY_ID }));
    serve(HoldService, createHoldHandlers(deps));

    const cipher = createFieldCipher({ dataKey: config.DATA_KEY, indexKey: config.INDEX_KEY });
    const events = createWebhookEvents({ db, cipher });
    const supplierState = stateOfGstin(config.SUPPLIER_GSTIN);
    const applier = startWebhookApplier({
      events,
      provider: 'razorpay',
      apply: async (tx, body) => {
        const books = createBooks(tx);
        return [await applyRazorpayEvent({ books, parse: parseRazorpayEvent, supplierState, now }, body)];
      },
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
