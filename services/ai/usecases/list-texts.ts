import { type Actor, actForShop } from '@doffers/ownership';
import type { PageQuery } from '@doffers/resource';
import type { GeneratedText } from '../domain/generated-text.ts';
import type { Deps } from './deps.ts';

type ListTextsInput = PageQuery & { readonly shopId: string };

/**
 * Lists the texts written for a shop, newest first.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function listTexts(
  deps: Deps,
  actor: Actor,
  { shopId, limit, after }: ListTextsInput,
): Promise<readonly GeneratedText[]> {
  await actForShop(deps.shopAccess, actor, shopId);
  return deps.texts.listOfShop({ shopId, limit, after });
}
