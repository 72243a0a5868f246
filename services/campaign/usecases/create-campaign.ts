import { type Actor, actForShop } from '@doffers/ownership';
import { type Campaign, checkPlan, type NewCampaign } from '../domain/campaign.ts';
import { checkContent } from './check-content.ts';
import type { Deps } from './deps.ts';

/**
 * Writes the draft of a campaign for one of the shop's offers. A repeated request id answers with the first draft.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `OFFER_NOT_FOUND`, `PINCODE_UNKNOWN`, `CHANNEL_CONTENT_MISSING`,
 * `TEMPLATE_NOT_FOUND`, `TEMPLATE_VARIABLES` or `IDEMPOTENCY_KEY_REUSED`
 */
export async function createCampaign(deps: Deps, actor: Actor, input: NewCampaign): Promise<Campaign> {
  const { requestId, shopId, offerId, ...plan } = input;
  const shop = await actForShop(deps.shopAccess, actor, shopId);
  const earlier = await deps.campaigns.findCreated(input);
  if (earlier !== undefined) return earlier; // whatever became of the offer meanwhile
  checkPlan(plan);
  await checkContent(deps, { shopId, ...plan });
  await deps.directory.offerOf(shopId, offerId);
  await deps.directory.requirePincodes(plan.audience.pincodes);
  const now = deps.now();
  return deps.campaigns.createOnce(input, () => {
    const { ownerId } = shop;
    const row = { id: deps.newId(), shopId, ownerId, offerId, state: 'draft', launchNo: 0, version: 1 } as const;
    return { ...plan, ...row, createdAt: now, updatedAt: now };
  });
}
