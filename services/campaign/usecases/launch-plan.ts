import { type Campaign, campaignNotFound } from '../domain/campaign.ts';
import type { LaunchKey, PhaseReport } from '../domain/launch.ts';
import { languageOf, type Message, messageOf } from '../domain/message.ts';
import { type Quote, quoteStale } from '../domain/quote.ts';
import type { Deps } from './deps.ts';

/**
 * Reads what was launched, for the workflow that runs it.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, or `QUOTE_STALE` when a newer launch or change has come
 */
export async function getLaunchPlan(
  { campaigns, launches, quotes, templates }: Pick<Deps, 'campaigns' | 'launches' | 'quotes' | 'templates'>,
  key: LaunchKey,
): Promise<{ readonly campaign: Campaign; readonly quote: Quote; readonly message: Message }> {
  const [campaign, launch] = await Promise.all([campaigns.find(key.campaignId), launches.find(key)]);
  if (campaign === undefined || launch === undefined) throw campaignNotFound();
  const quote = await quotes.find(launch.quoteId);
  if (campaign.launchNo !== key.launchNo || quote?.version !== campaign.version) throw quoteStale();
  const { shopId, content, channels } = campaign;
  const template = channels.includes('whatsapp')
    ? await templates.find(shopId, content.whatsappTemplate, languageOf(content))
    : undefined;
  return { campaign, quote, message: messageOf(campaign, template) };
}

/** Notes a phase that the workflow reports. @throws DomainError `CAMPAIGN_NOT_FOUND` */
export function recordPhase({ launches, now }: Pick<Deps, 'launches' | 'now'>, report: PhaseReport): Promise<void> {
  return launches.recordPhase(report, now());
}
