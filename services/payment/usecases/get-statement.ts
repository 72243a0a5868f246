import { type Actor, actForShop, type ReadShopAccess } from '@doffers/ownership';
import { placeOfAdvance } from '../domain/place-of-supply.ts';
import { type Statement, statement } from '../domain/statement.ts';
import { type Party, partyOf } from '../domain/supply.ts';
import type { Books } from '../repositories/books.ts';
import { monthRange } from './month-range.ts';

type Deps = {
  readonly books: Pick<Books, 'statements'>;
  readonly shopAccess: ReadShopAccess;
  readonly supplier: Party;
  readonly now: () => Date;
};

/**
 * Draws up what moved in a shop's wallet in a month, for its owner and admins. It is no tax document, so a shop without a
 * State has one as well, at the place where its advances count.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function getStatement(
  { books, shopAccess, supplier, now }: Deps,
  actor: Actor,
  { shopId, period }: { readonly shopId: string; readonly period: string },
): Promise<Statement> {
  const shop = await actForShop(shopAccess, actor, shopId);
  const range = monthRange(period);
  const opening = await books.statements.balanceAt(shopId, range.start);
  const movements = await books.statements.movements(shopId, range);
  const parties = { supplier, recipient: partyOf(shop), placeOfSupply: placeOfAdvance(shop) };
  return statement({ period, parties, at: now() }, opening, movements);
}
