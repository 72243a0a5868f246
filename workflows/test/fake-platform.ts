import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { EmptySchema, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { DomainError } from '@doffers/errors';
import { LaunchPlanSchema, RecordPhaseRequest_Phase as Phase } from '@doffers/proto/campaign/v1/campaign_state_service';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import {
  FinaliseInvoiceResponseSchema,
  InvoiceSchema,
  IssueMonthlyInvoicesResponseSchema,
} from '@doffers/proto/payment/v1/invoice_service';
import { PackPurchaseSchema } from '@doffers/proto/payment/v1/pack_service';
import { ReconciliationSchema } from '@doffers/proto/payment/v1/reconciliation_service';
import type { ActivityClients } from '../activities/index.ts';
import { fakeAutoTopups } from './fake-auto-topups.ts';
import { fakeDispatch, nameOf } from './fake-dispatch.ts';
import { fakeGateway } from './fake-gateway.ts';
import { fakeHolds } from './fake-holds.ts';
import { canaries, fakeServices } from './fake-services.ts';
import { fakeSubscriptions } from './fake-subscriptions.ts';

const hourMs = 3_600_000;

/** A launch as the campaign service knows it. The words must never reach a history. */
function fakePlan() {
  return {
    audienceId: randomUUID(),
    quoteExpireAt: Date.now() + hourMs,
    offerEndAt: Date.now() + 48 * hourMs,
    quotedPaise: 8_930n,
    channels: [
      { channel: Channel.WHATSAPP, size: 70, rateMicros: 990_000, description: 'WhatsApp messages' },
      { channel: Channel.IN_APP, size: 1_000, rateMicros: 20_000, description: 'In-app messages' },
    ],
  };
}

/** Everything that a campaign's activities call, in memory, with enough behaviour to be wrong about. */
export function fakePlatform() {
  const { clients, delivered } = fakeServices();
  const plan = fakePlan();
  const phases: { phase: string; sequence: bigint; reason: string; invoiceId: string }[] = [];
  const kept = new Set<string>();
  const invoices = new Map<string, string>();
  const registered: string[] = [];
  const pdfs = new Set<string>();
  const holds = fakeHolds();
  let reconciliations = 0;
  const gateway = fakeGateway();
  const subscriptions = fakeSubscriptions();
  const dispatch = fakeDispatch();
  const autoTopups = fakeAutoTopups();
  const purchase = { calls: [] as string[] };

  const invoiceOf = (source: string) => {
    const invoiceId = invoices.get(source) ?? randomUUID();
    invoices.set(source, invoiceId);
    return create(FinaliseInvoiceResponseSchema, { invoice: { invoiceId, number: 'DOF/2627/000001', source } });
  };
  const purchaseStep = (name: string) => async () => {
    purchase.calls.push(name);
    return create(PackPurchaseSchema);
  };

  const all: ActivityClients = {
    ...clients,
    audiences: {
      async keepAudience({ audienceId = '' }) {
        kept.add(audienceId);
        return create(EmptySchema);
      },
    },
    campaigns: {
      getLaunchPlan: async ({ campaignId = '' }) => {
        const [shopName = ''] = canaries;
        return create(LaunchPlanSchema, {
          campaignId,
          shopId: randomUUID(),
          audienceId: plan.audienceId,
          channels: plan.channels,
          title: `Sale at ${shopName}`,
          body: `Call 9876543210`,
          quoteExpireTime: timestampFromMs(plan.quoteExpireAt),
          offerEndTime: timestampFromMs(plan.offerEndAt),
          quotedPaise: plan.quotedPaise,
        });
      },
      async recordPhase({ phase = 0, sequence = 0n, reason = '', invoiceId = '' }) {
        phases.push({ phase: nameOf(Phase, phase), sequence, reason, invoiceId });
        return create(EmptySchema);
      },
    },
    dispatch: dispatch.client,
    holds: holds.client,
    invoices: {
      finaliseHoldInvoice: async ({ holdKey = '' }) => invoiceOf(holdKey),
      finaliseTopupVoucher: async ({ topupId = '' }) => invoiceOf(topupId),
      finaliseSubscriptionInvoice: async ({ billId = '' }) => invoiceOf(billId),
      finalisePackInvoice: async ({ purchaseId = '' }) => invoiceOf(purchaseId),
      async issueMonthlyInvoices({ afterShopId = '' }) {
        return create(IssueMonthlyInvoicesResponseSchema, {
          issued: 1,
          nextAfterShopId: afterShopId === '' ? 'b' : '',
        });
      },
      async registerInvoice({ invoiceId = '' }) {
        registered.push(invoiceId);
        return create(InvoiceSchema, { invoiceId });
      },
      async storeInvoicePdf({ invoiceId = '' }) {
        pdfs.add(invoiceId);
        return create(InvoiceSchema, { invoiceId });
      },
    },
    wallets: gateway.wallets,
    reconciliation: {
      /** Two checks out of phase: when the one gets through, the other has begun again. */
      async reconcile({ skippedChecks = [] }) {
        reconciliations++;
        const checks = [
          { check: 'R1', complete: reconciliations % 2 === 1 },
          { check: 'R2', complete: reconciliations % 2 === 0 },
        ].filter(({ check }) => !skippedChecks.includes(check));
        return create(ReconciliationSchema, { breaks: checks.length, checks });
      },
    },
    refunds: gateway.refunds,
    subscriptions: subscriptions.client,
    autoTopups: autoTopups.client,
    packs: {
      chargePurchase: purchaseStep('charge'),
      refundPurchase: purchaseStep('refund'),
      grantPurchase: purchaseStep('grant'),
      revokePurchase: purchaseStep('revoke'),
    },
  };
  return {
    clients: all,
    plan,
    phases,
    kept,
    invoices,
    registered,
    pdfs,
    holds,
    gateway,
    subscriptions,
    autoTopups,
    dispatch,
    purchase,
    notices: delivered,
  };
}

export type FakePlatform = ReturnType<typeof fakePlatform>;

/** An answer that a service gives for good. */
export function refuses(reason: string, message = `no, call ${canaries[2]}`) {
  return async (): Promise<never> => {
    throw new DomainError('failed_precondition', reason, message);
  };
}
