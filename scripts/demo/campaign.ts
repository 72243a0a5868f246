import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@doffers/testkit';
import type { Stack } from '../stack/stack.ts';
import { count, rupees } from './amounts.ts';
import type { Json } from './api.ts';
import type { Addresses, Person } from './people.ts';
import { type Display, type Funnel, type Progress, progressOf, watchProgress } from './progress-bar.ts';
import { type Shop, shopFront, topUpFor } from './shop.ts';
import type { TakeStep } from './steps.ts';

const channels = ['WHATSAPP', 'PUSH', 'IN_APP'];
const radiusKm = 10;

/** Who was left out at the quote, on which channel and why. */
export type Exclusion = { readonly channel: string; readonly reason: string; readonly count: number };

/** What became of a campaign, as its shopkeeper reads it. */
export type CampaignEnd = {
  readonly campaignId: string;
  readonly customers: number;
  readonly exclusions: readonly Exclusion[];
  readonly funnels: readonly Funnel[];
  readonly heldPaise: number;
  readonly capturedPaise: number;
  readonly releasedPaise: number;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly invoiceTotalPaise: number;
  readonly invoicePdf: { readonly file: string; readonly bytes: number };
};

type World = {
  readonly addresses: Addresses;
  readonly stack: Stack;
  readonly step: TakeStep;
  readonly display: Display;
  readonly shop: Shop;
};

/** From the text to the tax invoice. */
export async function runCampaign(world: World): Promise<CampaignEnd> {
  const { addresses, step, display, shop } = world;
  const { owner, shopId, offerId } = shop;
  const audience = { pincodes: [shopFront.pincode], radiusKm };
  await step(
    ({ customers }) =>
      `around ${shopFront.pincode}, ${radiusKm} km, she would reach ${count(Number(customers))} people`,
    () => owner.api('post', '/v1/audiences:estimate', { segment: audience, channels }),
  );
  const { body: text } = await step(
    ({ title }) => `AI writes the campaign's text from the facts of the offer: “${String(title)}”`,
    () => owner.api('post', `/v1/shops/${shopId}/texts:generate`, { requestId: 'demo-text', offerId }),
  );
  const { campaignId } = await owner.api('post', `/v1/shops/${shopId}/campaigns`, {
    requestId: 'demo-campaign',
    offerId,
    name: 'Festival week',
    channels,
    content: {
      title: 'Flat 20% off',
      body: String(text),
      whatsappTemplate: 'offer_announcement',
      whatsappVariables: ['there', shopFront.name, 'Flat 20% off', '31 December'],
    },
    audience,
  });
  const campaign = `/v1/campaigns/${String(campaignId)}`;
  const quote = await step(
    ({ customers, totalPaise }) =>
      `the quote freezes ${count(Number(customers))} people and a price: ${rupees(Number(totalPaise))} at most, with GST`,
    () => owner.api('post', `${campaign}:quote`, { requestId: 'demo-quote' }),
  );
  const topUp = await topUpFor(addresses, shop, Number(quote.totalPaise));
  if (topUp.orders > 0) await step(`she pays in ${rupees(topUp.paise)} more for that`, () => Promise.resolve());
  await step(
    ({ heldPaise }) => `she launches on WhatsApp, push and in-app; ${rupees(Number(heldPaise))} are held`,
    () => owner.api('post', `${campaign}:launch`, { requestId: 'demo-launch', quoteId: quote.quoteId }),
  );
  const read = async () => progressOf(await owner.api('get', `${campaign}/progress`));
  await step('every message has reached its provider', () => watchProgress(read, isSent, display));
  const silent: Display = { isTerminal: false, write: () => undefined };
  await step('receipts have come back and the money is settled', () => watchProgress(read, isEnded, silent));
  const report = await step(
    ({ invoiceNumber, invoiceTotalPaise }) =>
      `the GST invoice ${String(invoiceNumber)} over ${rupees(Number(invoiceTotalPaise))} is issued`,
    () => invoicedReport(owner, campaign),
  );
  const invoicePdf = await step(
    ({ bytes }) => `its PDF lies in S3, ${count(bytes)} bytes`,
    () => storedPdf(world, report),
  );
  return { ...endOf(String(campaignId), report), exclusions: exclusionsOf(quote), invoicePdf };
}

const ended = ['COMPLETED', 'CANCELLED', 'FAILED'];
const isEnded = ({ state }: Progress) => ended.includes(state);
const isSent = (progress: Progress) => isEnded(progress) || progress.state === 'SETTLING';

/** The invoice is issued a moment after the campaign has ended. */
function invoicedReport(owner: Person, campaign: string): Promise<Json> {
  return eventually(
    async () => {
      const report = await owner.api('get', `${campaign}/report`);
      if (!report.invoiceNumber) throw new Error(`no invoice yet: ${JSON.stringify(report)}`);
      return report;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
}

async function storedPdf({ addresses, stack, shop }: World, report: Json): Promise<CampaignEnd['invoicePdf']> {
  const { invoiceId, invoiceNumber } = report;
  const url = `${addresses.gatewayUrl}/v1/invoices/${String(invoiceId)}/pdf`;
  const bytes = await eventually(
    async () => {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${await shop.owner.token()}` } });
      if (answer.status !== 200) throw new Error(`GET ${url} answered ${answer.status}: ${await answer.text()}`);
      return Buffer.from(await answer.arrayBuffer());
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  if (!bytes.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('what was stored is no PDF');
  const file = join(stack.runDir, `${String(invoiceNumber).replaceAll('/', '-')}.pdf`);
  await writeFile(file, bytes);
  return { file, bytes: bytes.length };
}

function endOf(campaignId: string, report: Json): Omit<CampaignEnd, 'exclusions' | 'invoicePdf'> {
  return {
    campaignId,
    customers: Number(report.customers),
    funnels: progressOf((report.progress ?? {}) as Json).funnels,
    heldPaise: Number(report.heldPaise),
    capturedPaise: Number(report.capturedPaise),
    releasedPaise: Number(report.releasedPaise),
    invoiceId: String(report.invoiceId),
    invoiceNumber: String(report.invoiceNumber),
    invoiceTotalPaise: Number(report.invoiceTotalPaise),
  };
}

function exclusionsOf(quote: Json): Exclusion[] {
  return ((quote.exclusions ?? []) as Json[]).map(({ channel, reason, count: many }) => ({
    channel: String(channel),
    reason: String(reason),
    count: Number(many),
  }));
}
