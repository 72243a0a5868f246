import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { Hold_State, HoldService } from '@doffers/proto/payment/v1/hold_service';
import { InvoiceKind, InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import { PackPurchase_State, PackService } from '@doffers/proto/payment/v1/pack_service';
import { WalletEntry_Kind, WalletService } from '@doffers/proto/payment/v1/wallet_service';
import { createStorage } from '@doffers/storage';
import { startTestServer, type TestServer, testServers } from '@doffers/testkit';
import { createInvoiceRenderer } from '../clients/invoice-pdf.ts';
import { createStatementRenderer } from '../clients/statement-pdf.ts';
import { aFundedShop, aShopAccess, holdDeps } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { createHoldHandlers } from './hold-handlers.ts';
import { createInvoiceHandlers } from './invoice-handlers.ts';
import { createPackHandlers } from './pack-handlers.ts';
import { createWalletHandlers } from './wallet-handlers.ts';

describe('the payment service', () => {
  let db: Database;
  let server: TestServer;
  let close: () => Promise<void>;
  const storage = createStorage({ ...testServers().s3, bucket: 'doffers-test-invoices' });
  before(async () => {
    ({ db, close } = await paymentDatabase('service'));
    const deps = holdDeps(db);
    const gateway = {
      createOrder: async () => ({ id: 'order_1' }),
      createCustomer: async () => ({ id: 'cust_1' }),
      findOrderByReceipt: async () => undefined,
      listOrderPayments: async () => [],
    };
    server = await startTestServer('payment', (serve) => {
      serve(HoldService, createHoldHandlers(deps));
      const documents = { storage, renderPdf: createInvoiceRenderer(), eInvoicing: undefined };
      serve(InvoiceService, createInvoiceHandlers({ ...deps, ...documents }));
      serve(PackService, createPackHandlers(deps));
      serve(
        WalletService,
        createWalletHandlers({ ...deps, gateway, gatewayKeyId: 'key', renderStatement: createStatementRenderer() }),
      );
    });
  });
  after(async () => {
    await server.stop();
    storage.close();
    await close();
  });

  const claims = { userId: aShopAccess().ownerId, roles: ['shopkeeper'] as const };
  const lines = [
    { lineId: 'whatsapp', description: 'WhatsApp messages', quantity: 1_000n, rateMicros: 863_100n },
    { lineId: 'inapp', description: 'In-app messages', quantity: 3_000n, rateMicros: 20_000n },
  ];

  it('carries a campaign from its price to the downloaded invoice, to the paisa', async () => {
    const holds = server.service(HoldService);
    const internal = server.service(InvoiceService);
    const shopId = await aFundedShop(db, 5_000_00);
    const idempotencyKey = `campaign/${newId()}/hold/1`;
    const price = await holds.priceLines({ shopId, lines });
    assert.deepEqual([price.taxablePaise, price.cgstPaise, price.totalPaise], [92_310n, 8_308n, 108_926n]);
    const placed = await holds.placeHold({ idempotencyKey, shopId, lines });
    assert.deepEqual([placed.amountPaise, placed.state], [price.totalPaise, Hold_State.OPEN]);
    const captured = [
      { lineId: 'whatsapp', cumulativeQuantity: 700n },
      { lineId: 'inapp', cumulativeQuantity: 2_999n },
    ];
    await holds.captureTo({ idempotencyKey, captured });
    const settled = await holds.releaseHold({ idempotencyKey, shopId });
    assert.equal(settled.capturedPaise + settled.releasedPaise, settled.amountPaise);

    const { invoice } = await internal.finaliseHoldInvoice({ holdKey: idempotencyKey });
    assert.ok(invoice);
    assert.deepEqual([invoice.totalPaise, invoice.kind], [settled.capturedPaise, InvoiceKind.TAX_INVOICE]);
    const { pdfBytes } = await internal.storeInvoicePdf({ invoiceId: invoice.invoiceId });

    const owner = await server.user(InvoiceService, claims);
    const pdf = await owner.getInvoicePdf({ invoiceId: invoice.invoiceId });
    assert.deepEqual([pdf.contentType, BigInt(pdf.data.length)], ['application/pdf', pdfBytes]);
    assert.ok(Buffer.from(pdf.data).includes('%PDF-') && Buffer.from(pdf.data).includes(invoice.number));
    const { invoices } = await owner.listInvoices({ shopId });
    assert.deepEqual(
      invoices.map(({ number, pdfBytes }) => [number, pdfBytes]),
      [[invoice.number, pdfBytes]],
    );

    const wallet = await server.user(WalletService, claims);
    const { entries } = await wallet.listWalletEntries({ shopId });
    assert.deepEqual(
      entries.map(({ kind, amountPaise }) => [kind, amountPaise]),
      [
        [WalletEntry_Kind.RELEASE, settled.releasedPaise],
        [WalletEntry_Kind.CAPTURE, -settled.capturedPaise],
        [WalletEntry_Kind.HOLD, -settled.amountPaise],
        [WalletEntry_Kind.TOPUP, 5_000_00n],
      ],
    );
    const { postedPaise, heldPaise } = await wallet.getWallet({ shopId });
    assert.deepEqual([postedPaise, heldPaise], [5_000_00n - settled.capturedPaise, 0n]);
  });

  it('hides documents from strangers, and its inner steps from everybody outside', async () => {
    const stranger = { userId: newId(), roles: ['shopkeeper'] as const };
    const invoices = await server.user(InvoiceService, stranger);
    await assert.rejects(invoices.getInvoice({ invoiceId: newId() }), { reason: 'INVOICE_NOT_FOUND' });
    await assert.rejects(invoices.listInvoices({ shopId: newId() }), { reason: 'SHOP_NOT_FOUND' });
    const holds = await server.user(HoldService, claims);
    const release = { idempotencyKey: 'k', shopId: newId() };
    await assert.rejects(holds.releaseHold(release), /INTERNAL_ONLY/);
    const packs = await server.user(PackService, claims);
    await assert.rejects(packs.grantPurchase({ purchaseId: newId() }), /INTERNAL_ONLY/);
  });

  it('refuses lines of one name, and quantities that no campaign has', async () => {
    const holds = server.service(HoldService);
    const [line] = lines;
    assert.ok(line);
    const price = (asked: readonly (typeof line)[]) => holds.priceLines({ shopId: newId(), lines: [...asked] });
    await assert.rejects(price([line, line]), { code: 'invalid_argument' });
    await assert.rejects(price([]), { code: 'invalid_argument' });
    await assert.rejects(price([{ ...line, quantity: 100_000_001n }]), { code: 'invalid_argument' });
  });

  it('sells a pack step by step', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const shop = await server.user(PackService, claims);
    const steps = server.service(PackService);
    const { packs } = await server.anonymous(PackService).listPacks({});
    assert.equal(packs[0]?.packId, 'offers-5');
    const command = { shopId, requestId: newId(), packId: 'offers-5' };
    const { purchaseId, state, totalPaise } = await shop.purchasePack(command);
    assert.deepEqual([state, totalPaise], [PackPurchase_State.PENDING, 588_82n]);
    await steps.chargePurchase({ purchaseId });
    await steps.grantPurchase({ purchaseId });
    assert.equal((await shop.purchasePack(command)).state, PackPurchase_State.COMPLETED);
    const offer = { shopId, offerId: newId() };
    assert.equal((await steps.reserveOffer(offer)).offersUsed, 1);
    assert.equal((await steps.returnOffer(offer)).offersUsed, 0);
    const { offersGranted } = await shop.getEntitlements({ shopId });
    assert.equal(offersGranted, 10);
    const { invoice } = await server.service(InvoiceService).finalisePackInvoice({ purchaseId });
    assert.equal(invoice?.totalPaise, totalPaise);
  });
});
