import { type Actor, actsFor } from '@doffers/ownership';
import { type Topup, topupNotFound } from '../domain/topup.ts';
import type { Deps } from './deps.ts';

/**
 * Reads a top-up, for the owner of its shop and admins.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`, also for another shop's
 */
export async function getTopup({ books, shopAccess }: Deps, actor: Actor, topupId: string): Promise<Topup> {
  const topup = await books.topups.find(topupId);
  if (topup === undefined || !actsFor(actor, (await shopAccess(topup.shopId)).ownerId)) throw topupNotFound();
  return topup;
}
