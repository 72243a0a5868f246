import { type Charge, charge } from '@doffers/money';
import { beyondIncluded, type HoldRequest } from '../domain/hold.ts';
import { allot, includedOf } from '../domain/message-units.ts';
import { taxContextOf } from '../domain/supply.ts';
import type { HoldDeps } from './hold-deps.ts';

/** A price, and how many units of each line cost nothing because a pack or plan includes them. */
export type Price = Charge & { readonly included: readonly { readonly line: string; readonly units: number }[] };

/**
 * Prices lines for a shop with what its packs and plans include now, but without promotional credit; either may be used
 * up by the time the money is held.
 *
 * @throws DomainError `SHOP_NOT_FOUND`, `STATE_UNKNOWN`
 */
export async function priceLines(
  { books, shopAccess, supplyOf, now }: Pick<HoldDeps, 'books' | 'shopAccess' | 'supplyOf' | 'now'>,
  { shopId, lines }: Omit<HoldRequest, 'key'>,
): Promise<Price> {
  const supply = await supplyOf(await shopAccess(shopId), 'campaign');
  const uses = allot(lines, await books.units.left(shopId, now()));
  const priced = lines.map((line) => ({ ...line, included: includedOf(uses, line.line) }));
  const included = priced.map(({ line, included: units }) => ({ line, units }));
  return { ...charge(priced.map(beyondIncluded), taxContextOf(supply)), included };
}
