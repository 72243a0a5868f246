import type { Actor } from '@doffers/ownership';
import { type Channel, checkPlan } from '../domain/campaign.ts';
import { messageOf } from '../domain/message.ts';
import type { Deps } from './deps.ts';
import { getCampaign } from './get-campaign.ts';
import { checkTemplate } from './quote-campaign.ts';

type SendTestMessageInput = {
  readonly campaignId: string;
  readonly requestId: string;
  readonly channel: Channel;
};

/** Each may cost the platform money, and none is paid for. */
const testsPerCampaign = 10;

/**
 * Sends the campaign's message to the caller, outside all counts.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CHANNEL_CONTENT_MISSING`, `TEMPLATE_NOT_APPROVED`, `TEMPLATE_VARIABLES`,
 * `TEST_LIMIT`, `NO_CONTACT` or `PROVIDER_REFUSED`
 */
export async function sendTestMessage(
  deps: Deps,
  actor: Actor,
  { campaignId, requestId, channel }: SendTestMessageInput,
): Promise<{ readonly deliveryId: string }> {
  const campaign = await getCampaign(deps, actor, campaignId);
  const { content, shopId } = campaign;
  const channels = [channel];
  checkPlan({ channels, content });
  const template = await checkTemplate(deps, { shopId, channels, content });
  const { userId } = actor;
  const test = { campaignId, requestId, userId, channel, createdAt: deps.now() };
  const number = await deps.testMessages.number(test, testsPerCampaign);
  return deps.dispatch.sendTest({ campaignId, userId, channel, number, message: messageOf(campaign, template) });
}
