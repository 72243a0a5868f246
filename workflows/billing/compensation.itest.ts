import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import {
  createDocumentWorkflows,
  createPackWorkflows,
  createRefundWorkflows,
  createTopupWorkflows,
  createWalletWorkflows,
} from '@doffers/temporal';
import { eventually } from '@doffers/testkit';
import { workflowIds } from '../contracts/index.ts';
import { type BillingStory, billingStories } from '../test/billing-story.ts';
import { refuses } from '../test/fake-platform.ts';

// The rows of the tables in docs/money.md that only a workflow can show. A cancel from outside comes before any worker
// runs: the workflow finds it together with its start, before everything that it does.

const { env, play, story } = billingStories();
const handleOf = (workflowId: string) => env().client.workflow.getHandle(workflowId);
const cancelled = (workflowId: string) => handleOf(workflowId).cancel();

/** Does its work, but the first answer is lost. */
function unheardOnce<Request, Answer>(call: (request: Request) => Promise<Answer>) {
  let calls = 0;
  return async (request: Request): Promise<Answer> => {
    const answer = await call(request);
    calls += 1;
    if (calls === 1) throw new DomainError('unavailable', 'UNAVAILABLE', 'the connection was cut');
    return answer;
  };
}

describe('a pack purchase', () => {
  const endOf = (purchaseId: string) => createPackWorkflows(env().client).purchased({ purchaseId });
  const place = ({ id: purchaseId, shopId }: BillingStory) =>
    createPackWorkflows(env().client).purchasePlaced({ purchaseId, shopId });

  it('that the wallet does not pay grants nothing, and makes sure that it is never charged', () =>
    story(
      ({ clients }) => ({ packs: { ...clients.packs, chargePurchase: refuses('INSUFFICIENT_FUNDS') } }),
      async (told) => {
        await place(told);
        await assert.rejects(endOf(told.id), { reason: 'INSUFFICIENT_FUNDS' });
        assert.deepEqual([told.purchase.calls, told.invoices.size], [['refund'], 0]);
        return { 'pack-purchase-unpaid': workflowIds.packPurchase(told.id) };
      },
    ));

  it('whose steps took effect unheard does each once more, under its key, and is billed once', () =>
    story(
      ({ clients: { packs } }) => ({
        packs: {
          ...packs,
          chargePurchase: unheardOnce(packs.chargePurchase),
          grantPurchase: unheardOnce(packs.grantPurchase),
        },
      }),
      async (told) => {
        await place(told);
        assert.deepEqual(await endOf(told.id), { outcome: 'completed' });
        assert.deepEqual(told.purchase.calls, ['charge', 'charge', 'grant', 'grant']);
        await eventually(() => assert.deepEqual([...told.invoices.keys()], [told.id]));
        return { 'pack-purchase-unheard': workflowIds.packPurchase(told.id) };
      },
    ));

  it('that is cancelled before it is charged never is', () =>
    play({
      before: async (told) => {
        await place(told);
        await cancelled(workflowIds.packPurchase(told.id));
      },
      body: async (told) => {
        await assert.rejects(handleOf(workflowIds.packPurchase(told.id)).result(), { name: 'WorkflowFailedError' });
        assert.deepEqual([told.purchase.calls, told.invoices.size], [['refund'], 0]);
        return { 'pack-purchase-cancelled-before': workflowIds.packPurchase(told.id) };
      },
    }));

  it('that is cancelled while it is granted gives everything back', () =>
    story(
      ({ clients }) => ({
        packs: {
          ...clients.packs,
          grantPurchase: () => Promise.reject(new DomainError('unavailable', 'DOWN', 'not now')),
        },
      }),
      async (told) => {
        await place(told);
        await eventually(() => assert.deepEqual(told.purchase.calls, ['charge']));
        await cancelled(workflowIds.packPurchase(told.id));
        await assert.rejects(handleOf(workflowIds.packPurchase(told.id)).result(), { name: 'WorkflowFailedError' });
        assert.deepEqual([told.purchase.calls, told.invoices.size], [['charge', 'revoke', 'refund'], 0]);
        return { 'pack-purchase-cancelled': workflowIds.packPurchase(told.id) };
      },
    ));
});

// What is not heeded would otherwise be waited for without an end.
describe('what is owed goes on although its workflow is cancelled', { timeout: 120_000 }, () => {
  it('a top-up that somebody is paying, to its receipt', () =>
    play({
      before: async ({ id: topupId, shopId, gateway }) => {
        gateway.paid.add(topupId);
        const topup = { topupId, shopId, expireAt: Date.now() + 3_600_000 };
        await createTopupWorkflows(env().client).opened(topup);
        await cancelled(workflowIds.topup(topupId));
      },
      body: async ({ id: topupId, invoices }) => {
        await env().skipTime(workflowIds.topup(topupId));
        assert.deepEqual(await handleOf(workflowIds.topup(topupId)).result(), { outcome: 'credited' });
        await handleOf(workflowIds.invoice('topup', topupId)).result();
        assert.deepEqual([...invoices.keys()], [topupId]);
        return { 'topup-cancelled': workflowIds.topup(topupId) };
      },
    }));

  it('a document, to its owner', () =>
    play({
      before: async ({ id: invoiceId, shopId }) => {
        await createDocumentWorkflows(env().client).issued({ kind: 'credit-note', invoiceId, shopId });
        await cancelled(workflowIds.invoice('credit-note', invoiceId));
      },
      body: async ({ id: invoiceId, pdfs, notices }) => {
        const workflowId = workflowIds.invoice('credit-note', invoiceId);
        assert.deepEqual(await handleOf(workflowId).result(), { outcome: 'delivered', invoiceId });
        assert.deepEqual([[...pdfs], [...notices.keys()]], [[invoiceId], [`${workflowId}/notice`]]);
        return { 'invoice-cancelled': workflowId };
      },
    }));

  it('a refund, to its source, also when the bank has to be asked again', () =>
    play({
      instead: ({ clients: { refunds } }) => ({
        refunds: { ...refunds, sendRefund: refusedOnce(refunds.sendRefund) },
      }),
      before: async ({ id: refundId, shopId }) => {
        await createRefundWorkflows(env().client).requested({ refundId, shopId });
        await cancelled(workflowIds.refund(refundId));
      },
      body: async ({ id: refundId, gateway }) => {
        const workflowId = workflowIds.refund(refundId);
        const decision = { step: 'refund', decision: 'retry', note: 'the bank was asked' };
        await eventually(() => handleOf(workflowId).executeUpdate('resolveCompensation', { args: [decision] }));
        assert.deepEqual(await handleOf(workflowId).result(), { outcome: 'processed', attempts: 2 });
        assert.deepEqual(gateway.attempts, [2]);
        return { 'refund-cancelled': workflowId };
      },
    }));

  it('an automatic top-up, so that the next one can be opened', () =>
    play({
      before: async ({ id: topupId, shopId }) => {
        await createWalletWorkflows(env().client).autoTopupOpened({ topupId, shopId });
        await cancelled(workflowIds.autoTopup(topupId));
      },
      body: async ({ id: topupId, autoTopups }) => {
        const workflowId = workflowIds.autoTopup(topupId);
        assert.deepEqual(await handleOf(workflowId).result(), { outcome: 'credited' });
        assert.deepEqual(autoTopups.calls, ['charge', 'close ']);
        return { 'auto-topup-cancelled': workflowId };
      },
    }));
});

describe('a document', () => {
  it('whose number was given unheard has one number, and one that cannot be drawn waits for a person with it', () =>
    story(
      ({ clients: { invoices } }) => ({
        invoices: {
          ...invoices,
          finaliseTopupVoucher: unheardOnce(invoices.finaliseTopupVoucher),
          storeInvoicePdf: refusedOnce(unheardOnce(invoices.storeInvoicePdf)),
        },
      }),
      async ({ id: topupId, shopId, invoices, pdfs, notices }) => {
        await createTopupWorkflows(env().client).credited({ topupId, shopId, expireAt: Date.now() });
        const workflowId = workflowIds.invoice('topup', topupId);
        const flagged = `WorkflowId = "${workflowId}" AND DoNeedsAttention = true AND DoFailureCode = "STUCK_pdf"`;
        await eventually(async () => assert.equal((await env().client.workflow.count(flagged)).count, 1));
        assert.deepEqual([[...invoices.keys()], pdfs.size, notices.size], [[topupId], 0, 0]);
        const decision = { step: 'pdf', decision: 'retry', note: 'the storage has space again' };
        await handleOf(workflowId).executeUpdate('resolveCompensation', { args: [decision] });
        const invoiceId = invoices.get(topupId);
        assert.deepEqual(await handleOf(workflowId).result(), { outcome: 'delivered', invoiceId });
        assert.deepEqual([[...pdfs], notices.size], [[invoiceId], 1]);
        return { 'invoice-undrawn': workflowId };
      },
    ));
});

/** Is refused for good once, and lets every later call through. */
function refusedOnce<Request, Answer>(call: (request: Request) => Promise<Answer>) {
  let refused = false;
  return (request: Request): Promise<Answer> => {
    if (refused) return call(request);
    refused = true;
    return refuses('REFUSED')();
  };
}
