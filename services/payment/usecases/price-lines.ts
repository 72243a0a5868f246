import { type Charge, charge } from '@doffers/money';
import type { HoldRequest } from '../domain/hold.ts';
import { supplyTo, taxContextOf } from '../domain/supply.ts';
import type { HoldDeps } from './hold-deps.ts';

/**
 * Prices lines for a shop without promotional credit, which may be used up by the time the money is held.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function priceLines(
  { shopAccess, supplier }: Pick<HoldDeps, 'shopAccess' | 'supplier'>,
  { shopId, lines }: Omit<HoldRequest, 'key'>,
): Promise<Charge> {
  const supply = supplyTo(await shopAccess(shopId), supplier);
  return charge(lines, taxContextOf(supply));
}
