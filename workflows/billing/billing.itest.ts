import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { ChargeAutoTopupResponse_State as Charge } from '@doffers/proto/payment/v1/wallet_settings_service';
import {
  createDocumentWorkflows,
  createPackWorkflows,
  createTopupWorkflows,
  createWalletWorkflows,
} from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import {
  type AutoTopupWorkflow,
  type CompensationDecision,
  type InvoiceWorkflow,
  type TopupWorkflow,
  workflowIds,
} from '../contracts/index.ts';
import { asItIs, type BillingStory, billingStories } from '../test/billing-story.ts';
import { refuses } from '../test/fake-platform.ts';
import { exportHistory, recordHistory } from '../test/history-file.ts';

const { env, story } = billingStories();

const resultOf = (workflowId: string) => env().client.workflow.getHandle<InvoiceWorkflow>(workflowId).result();
const isRefused = (reason: string) => (error: unknown) => error instanceof DomainError && error.reason === reason;

describe('a pack purchase', () => {
  it('charges, grants, and is billed, once, however often it is announced', () =>
    story(asItIs, async ({ id: purchaseId, shopId, purchase, invoices, pdfs, notices }) => {
      const packs = createPackWorkflows(env().client);
      await packs.purchasePlaced({ purchaseId, shopId });
      await packs.purchasePlaced({ purchaseId, shopId });
      assert.deepEqual(await packs.purchased({ purchaseId }), { outcome: 'completed' });
      await packs.purchasePlaced({ purchaseId, shopId });
      assert.deepEqual(purchase.calls, ['charge', 'grant']);
      const invoice = workflowIds.invoice('pack-purchase', purchaseId);
      const billed = await resultOf(invoice);
      const invoiceId = invoices.get(purchaseId) ?? assert.fail('no invoice');
      assert.deepEqual(billed, { outcome: 'delivered', invoiceId });
      assert.deepEqual([[...pdfs], [...notices.keys()]], [[invoiceId], [`${invoice}/notice`]]);
      return { 'pack-purchase-completed': workflowIds.packPurchase(purchaseId), 'invoice-delivered': invoice };
    }));

  it('that cannot be granted is refunded, and tells why', () =>
    story(
      ({ clients }) => ({ packs: { ...clients.packs, grantPurchase: refuses('PACK_WITHDRAWN') } }),
      async ({ id: purchaseId, shopId, purchase, invoices }) => {
        const packs = createPackWorkflows(env().client);
        await packs.purchasePlaced({ purchaseId, shopId });
        await assert.rejects(packs.purchased({ purchaseId }), isRefused('PACK_WITHDRAWN'));
        assert.deepEqual(purchase.calls, ['charge', 'revoke', 'refund']);
        assert.equal(invoices.size, 0);
        return { 'pack-purchase-failed': workflowIds.packPurchase(purchaseId) };
      },
    ));
});

describe('a top-up', () => {
  const inAnHour = () => Date.now() + 3_600_000;
  const handleOf = (topupId: string) => env().client.workflow.getHandle<TopupWorkflow>(workflowIds.topup(topupId));

  it('gets its receipt when it is credited, once', () =>
    story(asItIs, async ({ id: topupId, shopId, invoices }) => {
      const topups = createTopupWorkflows(env().client);
      const topup = { topupId, shopId, expireAt: inAnHour() };
      await topups.opened(topup);
      await topups.opened(topup);
      await topups.credited(topup);
      assert.deepEqual(await handleOf(topupId).result(), { outcome: 'credited' });
      await topups.credited(topup);
      assert.deepEqual(await handleOf(topupId).result(), { outcome: 'credited' });
      await resultOf(workflowIds.invoice('topup', topupId));
      assert.deepEqual([...invoices.keys()], [topupId]);
      return { 'topup-credited': workflowIds.topup(topupId) };
    }));

  it('that nobody pays is asked for again and again, and forgotten after five days', () =>
    story(asItIs, async ({ id: topupId, shopId, invoices, gateway }) => {
      const topups = createTopupWorkflows(env().client);
      const topup = { topupId, shopId, expireAt: Date.now() + 1_800_000 };
      await topups.opened(topup);
      await env().skipTime(workflowIds.topup(topupId));
      assert.deepEqual(await handleOf(topupId).result(), { outcome: 'expired' });
      assert.equal(gateway.asked.length, 7, 'after 5 minutes, an hour, and daily five times');
      const { startTime, closeTime } = await handleOf(topupId).describe();
      assert.ok((closeTime?.getTime() ?? 0) - startTime.getTime() >= 5 * 86_400_000);
      await recordHistory('topup-expired', await exportHistory(env(), workflowIds.topup(topupId)));
      await topups.credited(topup);
      assert.deepEqual(await handleOf(topupId).result(), { outcome: 'credited' }, 'late, and not lost');
      await resultOf(workflowIds.invoice('topup', topupId));
      assert.equal(invoices.size, 1);
      return {};
    }));

  it('whose webhook is lost is found at the gateway, and gets its receipt', () =>
    story(asItIs, async ({ id: topupId, shopId, invoices, gateway }) => {
      gateway.paid.add(topupId);
      await createTopupWorkflows(env().client).opened({ topupId, shopId, expireAt: inAnHour() });
      await env().skipTime(workflowIds.topup(topupId));
      assert.deepEqual(await handleOf(topupId).result(), { outcome: 'credited' });
      assert.equal(gateway.asked.length, 1);
      await resultOf(workflowIds.invoice('topup', topupId));
      assert.deepEqual([...invoices.keys()], [topupId]);
      return { 'topup-found': workflowIds.topup(topupId) };
    }));
});

describe('a document that was issued with its journal', () => {
  const kinds = { 'credit-note': 'a credit note', refund: 'the voucher of a refund' } as const;
  for (const kind of ['credit-note', 'refund'] as const) {
    it(`is drawn and stored, and its owner is told, once: ${kinds[kind]}`, () =>
      story(asItIs, async ({ id: invoiceId, shopId, invoices, pdfs, notices }) => {
        const documents = createDocumentWorkflows(env().client);
        const document = { kind, invoiceId, shopId };
        await documents.issued(document);
        await documents.issued(document);
        const workflow = workflowIds.invoice(kind, invoiceId);
        assert.deepEqual(await resultOf(workflow), { outcome: 'delivered', invoiceId });
        await documents.issued(document);
        assert.deepEqual([invoices.size, [...pdfs]], [0, [invoiceId]]);
        // Of a refund its owner is told by its own workflow.
        assert.deepEqual([...notices.keys()], kind === 'refund' ? [] : [`${workflow}/notice`]);
        return { [`invoice-${kind}`]: workflow };
      }));
  }
});

const decide = (workflowId: string, decision: CompensationDecision) =>
  env()
    .client.workflow.getHandle(workflowId)
    .executeUpdate('resolveCompensation', { args: [decision] });

describe('an invoice', () => {
  it('that is refused waits for a person, and goes on when its cause is gone', () => {
    let closed = true;
    return story(
      ({ clients }) => ({
        invoices: {
          ...clients.invoices,
          finaliseTopupVoucher: (request) =>
            closed ? refuses('SERIES_CLOSED')() : clients.invoices.finaliseTopupVoucher(request),
        },
      }),
      async ({ id: topupId, shopId }) => {
        await createTopupWorkflows(env().client).credited({ topupId, shopId, expireAt: Date.now() });
        const invoice = workflowIds.invoice('topup', topupId);
        const flagged = `WorkflowId = "${invoice}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_finalise"`;
        await eventually(async () => assert.equal((await env().client.workflow.count(flagged)).count, 1));
        closed = false;
        const decision = { step: 'finalise', decision: 'retry', note: 'series opened' } as const;
        await decide(invoice, decision);
        assert.equal((await resultOf(invoice)).outcome, 'delivered');
        return { 'invoice-attention': invoice };
      },
    );
  });

  it('that the portal is away from for a day waits for a person, with its number, and goes on when it is back', () => {
    const away = new DomainError('unavailable', 'E_INVOICE_PORTAL_UNAVAILABLE', 'away', {
      retryAfterSeconds: 25 * 3_600,
    });
    let answers = false;
    return story(
      ({ clients }) => ({
        invoices: {
          ...clients.invoices,
          registerInvoice: (request) => (answers ? clients.invoices.registerInvoice(request) : Promise.reject(away)),
        },
      }),
      async ({ id: purchaseId, shopId, invoices, registered, pdfs }) => {
        const packs = createPackWorkflows(env().client);
        await packs.purchasePlaced({ purchaseId, shopId });
        assert.deepEqual(await packs.purchased({ purchaseId }), { outcome: 'completed' }, 'it does not wait for that');
        const invoice = workflowIds.invoice('pack-purchase', purchaseId);
        const flagged = `WorkflowId = "${invoice}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_register"`;
        await eventually(async () => assert.equal((await env().client.workflow.count(flagged)).count, 1));
        assert.deepEqual([[...invoices.keys()], pdfs.size], [[purchaseId], 0], 'issued, and not drawn');
        answers = true;
        const decision = { step: 'register', decision: 'retry', note: 'the portal is back' } as const;
        await decide(invoice, decision);
        const invoiceId = invoices.get(purchaseId);
        assert.deepEqual(await resultOf(invoice), { outcome: 'delivered', invoiceId });
        assert.deepEqual([registered, [...pdfs]], [[invoiceId], [invoiceId]]);
        return { 'invoice-unregistered': invoice };
      },
    );
  });

  it('that the portal refuses is drawn without a registration when a person says so', () =>
    story(
      ({ clients }) => ({ invoices: { ...clients.invoices, registerInvoice: refuses('E_INVOICE_REFUSED') } }),
      async ({ id: topupId, shopId, registered, pdfs }) => {
        await createTopupWorkflows(env().client).credited({ topupId, shopId, expireAt: Date.now() });
        const invoice = workflowIds.invoice('topup', topupId);
        const flagged = `WorkflowId = "${invoice}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_register"`;
        await eventually(async () => assert.equal((await env().client.workflow.count(flagged)).count, 1));
        const decision = { step: 'register', decision: 'handled', note: 'uploaded by hand' } as const;
        await decide(invoice, decision);
        assert.equal((await resultOf(invoice)).outcome, 'delivered');
        assert.deepEqual([registered.length, pdfs.size], [0, 1]);
        return {};
      },
    ));

  it('is delivered although nobody can be told', () =>
    story(
      ({ clients }) => ({ inbox: { ...clients.inbox, sendNotice: refuses('USER_NOT_FOUND') } }),
      async ({ id: topupId, shopId, pdfs }) => {
        await createTopupWorkflows(env().client).credited({ topupId, shopId, expireAt: Date.now() });
        const invoice = workflowIds.invoice('topup', topupId);
        assert.equal((await eventually(() => resultOf(invoice))).outcome, 'delivered');
        assert.equal(pdfs.size, 1);
        return { 'invoice-without-notice': invoice };
      },
    ));
});

describe('a wallet that has become low', () => {
  it('is told of once for each crossing', () =>
    story(asItIs, async ({ shopId, notices }) => {
      const wallets = createWalletWorkflows(env().client);
      const low = { shopId, crossing: 1, availablePaise: 49_900 };
      await Promise.all([wallets.low(low), wallets.low(low)]);
      await resultOf(workflowIds.walletLow(shopId, 1));
      await wallets.low(low);
      await wallets.low({ ...low, crossing: 2 });
      await resultOf(workflowIds.walletLow(shopId, 2));
      assert.deepEqual(
        [...notices.keys()],
        [1, 2].map((crossing) => `${workflowIds.walletLow(shopId, crossing)}/notice/low`),
      );
      return { 'wallet-low-told': workflowIds.walletLow(shopId, 1) };
    }));
});

describe('an automatic top-up', () => {
  const take = async ({ id: topupId, shopId }: BillingStory) => {
    const wallets = createWalletWorkflows(env().client);
    await Promise.all([wallets.autoTopupOpened({ topupId, shopId }), wallets.autoTopupOpened({ topupId, shopId })]);
    const workflowId = workflowIds.autoTopup(topupId);
    await env().skipTime(workflowId);
    const { outcome } = await env().client.workflow.getHandle<AutoTopupWorkflow>(workflowId).result();
    return { workflowId, outcome };
  };

  it('is taken, closed, and told of, once', () =>
    story(asItIs, async (told) => {
      const { workflowId, outcome } = await take(told);
      assert.deepEqual([outcome, told.autoTopups.calls], ['credited', ['charge', 'close ']]);
      assert.deepEqual([...told.notices.keys()], [`${workflowId}/notice/end`]);
      return { 'auto-topup-credited': workflowId };
    }));

  it('waits for a bank that takes its time, and gives one up that never answers', () =>
    story(asItIs, async (told) => {
      told.autoTopups.answers.splice(0, 1, Charge.PENDING, Charge.PENDING, Charge.CREDITED);
      const slow = await take(told);
      assert.deepEqual([slow.outcome, told.autoTopups.calls.length], ['credited', 4]);
      told.autoTopups.answers.splice(0, 1, Charge.PENDING);
      const silent = await take({ ...told, id: randomUUID() });
      assert.deepEqual([silent.outcome, told.autoTopups.calls.at(-1)], ['declined', 'close no_answer']);
      return { 'auto-topup-waited-for': slow.workflowId, 'auto-topup-given-up': silent.workflowId };
    }));

  it('that is declined stops those that would follow, and says so', () =>
    story(asItIs, async (told) => {
      told.autoTopups.answers.splice(0, 1, Charge.DECLINED);
      const { workflowId, outcome } = await take(told);
      assert.deepEqual([outcome, told.autoTopups.calls], ['declined', ['charge', 'close payment_declined']]);
      assert.equal(told.notices.size, 1);
      return { 'auto-topup-declined': workflowId };
    }));

  it('that is not wanted any more is closed, and nobody is told that it stopped', () =>
    story(asItIs, async (told) => {
      told.autoTopups.script.reason = 'SWITCHED_OFF';
      told.autoTopups.answers.splice(0, 1, Charge.DECLINED);
      const { workflowId, outcome } = await take(told);
      assert.deepEqual([outcome, told.autoTopups.calls], ['declined', ['charge', 'close SWITCHED_OFF']]);
      assert.equal(told.notices.size, 0);
      return { 'auto-topup-unwanted': workflowId };
    }));
});
