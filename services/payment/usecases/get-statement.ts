import { type Actor, actForShop, type ReadShopAccess } from '@doffers/ownership';
import { type Statement, statement } from '../domain/statement.ts';
import type { Books } from '../repositories/books.ts';
import { monthRange } from './month-range.ts';
import type { TaxTerms } from './tax-terms.ts';

type Deps = {
  readonly books: Pick<Books, 'statements'>;
  readonly shopAccess: ReadShopAccess;
  readonly supplyOf: TaxTerms['supplyOf'];
  readonly now: () => Date;
};

/**
 * Draws up what moved in a shop's wallet in a month, for its owner and admins.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `STATE_UNKNOWN`
 */
export async function getStatement(
  { books, shopAccess, supplyOf, now }: Deps,
  actor: Actor,
  { shopId, period }: { readonly shopId: string; readonly period: string },
): Promise<Statement> {
  const shop = await actForShop(shopAccess, actor, shopId);
  const range = monthRange(period);
  const opening = await books.statements.balanceAt(shopId, range.start);
  const movements = await books.statements.movements(shopId, range);
  return statement({ period, supply: await supplyOf(shop, 'campaign'), at: now() }, opening, movements);
}
