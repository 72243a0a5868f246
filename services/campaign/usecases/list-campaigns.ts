import { type Actor, actForShop } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import type { Campaign } from '../domain/campaign.ts';
import type { Deps } from './deps.ts';

type ListCampaignsInput = PageQuery & { readonly shopId: string };

/**
 * Lists a shop's campaigns, newest first.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listCampaigns(
  deps: Deps,
  actor: Actor,
  { shopId, limit, after }: ListCampaignsInput,
): Promise<readonly Campaign[]> {
  await actForShop(deps.shopAccess, actor, shopId);
  return deps.campaigns.listOfShop({ shopId, limit, after });
}
