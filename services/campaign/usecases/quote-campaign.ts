import { type Actor, assertApproved } from '@doffers/ownership';
import { assertOpen, type Campaign } from '../domain/campaign.ts';
import { languageOf } from '../domain/message.ts';
import { assertPublished } from '../domain/offer-period.ts';
import { lessIncluded, type Quote, quoteLines } from '../domain/quote.ts';
import { assertSendable, type Template } from '../domain/template.ts';
import type { Deps } from './deps.ts';
import { getCampaign } from './get-campaign.ts';

type QuoteCampaignInput = { readonly campaignId: string; readonly requestId: string };

/**
 * Freezes the audience of a campaign and prices it. A repeated request id answers with its quote; one that was cut off
 * goes on with the audience it had begun.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_STATE`, `SHOP_NOT_APPROVED`, `OFFER_NOT_LIVE`,
 * `TEMPLATE_NOT_APPROVED`, `TEMPLATE_VARIABLES`, `PINCODE_UNKNOWN`, `CITY_UNKNOWN` or `AUDIENCE_EMPTY`
 */
export async function quoteCampaign(deps: Deps, actor: Actor, input: QuoteCampaignInput): Promise<Quote> {
  const campaign = await getCampaign(deps, actor, input.campaignId);
  const earlier = await deps.quotes.findByRequest(campaign.id, input.requestId);
  if (earlier !== undefined) return earlier;

  assertOpen(campaign);
  assertApproved(await deps.shopAccess(campaign.shopId));
  const now = deps.now();
  const offer = await deps.directory.offerOf(campaign.shopId, campaign.offerId);
  assertPublished(offer, now);
  await checkTemplate(deps, campaign);

  const { id: campaignId, version, shopId, audience, channels } = campaign;
  const expiresAt = new Date(now.getTime() + deps.quoteTtlMs);
  const audienceId = await deps.quotes.reserveAudience({ campaignId, version, newId: deps.newId(), now, expiresAt });
  const { customers, ...counts } = await deps.audiences.freeze({ audienceId, audience, channels, expiresAt });
  const lines = quoteLines({ customers, ...counts }, deps.rates);
  const { price, included } = await deps.pricing.price(shopId, lines);
  return deps.quotes.createOnce({
    id: deps.newId(),
    campaignId,
    requestId: input.requestId,
    version,
    audienceId,
    customers,
    lines: lessIncluded(lines, included),
    exclusions: counts.exclusions,
    price,
    offerEndAt: offer.endAt,
    createdAt: now,
    expiresAt,
  });
}

/**
 * Checks the WhatsApp template of a campaign that names one for its channel, and answers it.
 *
 * @throws DomainError `TEMPLATE_NOT_APPROVED` or `TEMPLATE_VARIABLES`
 */
export async function checkTemplate(
  { templates }: Pick<Deps, 'templates'>,
  { shopId, channels, content }: Pick<Campaign, 'shopId' | 'channels' | 'content'>,
): Promise<Template | undefined> {
  if (!channels.includes('whatsapp')) return undefined;
  const template = await templates.find(shopId, content.whatsappTemplate, languageOf(content));
  assertSendable(template, content.whatsappVariables);
  return template;
}
