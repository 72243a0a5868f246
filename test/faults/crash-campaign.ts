import assert from 'node:assert/strict';
import { eventually } from '@doffers/testkit';
import { auditCampaign, type CampaignAudit } from '../../scripts/audit/audit-campaign.ts';
import type { Stack } from '../../scripts/stack/stack.ts';
import { draftCampaign, launchNow, publishOffer, topUp } from '../e2e/campaign-steps.ts';
import { openShop, type Shopkeeper } from '../e2e/people.ts';
import { type Aftermath, aftermathOf } from './aftermath.ts';
import { askDatabases } from './ask-database.ts';
import { killAndAwait } from './kill.ts';
import { type Moment, nameOf, percentSent, reached } from './moments.ts';
import { persist } from './persist.ts';

const walletPaise = 50_000_000;
/** A campaign under fire waits for restarts, back-offs and the settlement window. */
const patience = { timeoutMs: 600_000, everyMs: 500 };

/** Who is killed, and when. The moments of one campaign stand in their order. */
export type PlannedKill = { readonly process: string; readonly moment: Moment };

export type Kill = {
  readonly process: string;
  /** In words. */
  readonly moment: string;
  readonly atMs: number;
  /** When it was ready again. */
  readonly readyAtMs: number;
  /** Per cent of the WhatsApp members that were handled by then. */
  readonly sent: number;
};

/** A campaign that ended although processes died, and what came of it. */
export type CrashedCampaign = {
  readonly customers: number;
  readonly state: string;
  readonly kills: readonly Kill[];
  readonly aftermaths: readonly Aftermath[];
  readonly audit: CampaignAudit;
};

export type Drafted = { readonly owner: Shopkeeper; readonly campaignId: string };

/** A shop with money and a draft to everybody around, on all three channels. */
export async function draftForEverybody(radiusKm = 25): Promise<Drafted> {
  // Services that have just found another one started anew may not reach it for a moment: then somebody else tries.
  const owner = await eventually(() => openShop(), { timeoutMs: 60_000, everyMs: 500 });
  const [offerId] = await Promise.all([publishOffer(owner), topUp(owner, walletPaise)]);
  return { owner, campaignId: await draftCampaign(owner, { offerId, requestId: 'draft', radiusKm }) };
}

/**
 * Runs one campaign through REST, killing processes on its way, and audits what came of it. Nobody helps it: requests
 * are repeated as an app repeats them, everything else is up to the platform.
 */
export async function crashCampaign(stack: Stack, plan: readonly PlannedKill[]): Promise<CrashedCampaign> {
  const drafted = await draftForEverybody();
  const { owner, campaignId } = drafted;
  const databases = askDatabases();
  const over = new AbortController();
  const kills: Kill[] = [];
  const killing = (async () => {
    for (const { process, moment } of plan) {
      await reached(databases, { campaignId, moment, signal: over.signal });
      const sent = await percentSent(databases, campaignId);
      kills.push({ process, moment: nameOf(moment), sent, ...(await killAndAwait(stack, process)) });
    }
  })();
  try {
    await Promise.all([launchNow(owner, campaignId, persist), killing]);
    return await auditWhenEnded(stack, drafted, kills);
  } finally {
    over.abort();
    await databases.close();
  }
}

/** Waits until a campaign has ended and is billed, and looks at everything it left. */
export async function auditWhenEnded(
  stack: Stack,
  { owner, campaignId }: Drafted,
  kills: readonly Kill[],
): Promise<CrashedCampaign> {
  const databases = askDatabases();
  try {
    const report = await eventually(async () => {
      const now = await persist(() => owner.api.get(`/v1/campaigns/${campaignId}/report`));
      const { state } = now.progress as { state: string };
      assert.ok(['COMPLETED', 'CANCELLED', 'FAILED'].includes(state), `it is ${state}`);
      assert.ok(now.invoiceNumber, 'it has no invoice');
      return { customers: Number(now.customers), state };
    }, patience);
    await eventually(async () => {
      const [row] = await databases.ask<{ pdfs: number }>(
        `SELECT COUNT(*) AS pdfs FROM payment_db.invoice i JOIN payment_db.invoice_pdf p ON p.invoice_id = i.id
          WHERE i.source LIKE ?`,
        [`campaign/${campaignId}/hold/%`],
      );
      assert.equal(row?.pdfs, 1, 'its invoice has no PDF');
    }, patience);
    const aftermaths = await aftermathOf(stack, { databases, campaignId, kills });
    return { ...report, kills, aftermaths, audit: await auditCampaign(stack, campaignId) };
  } finally {
    await databases.close();
  }
}
