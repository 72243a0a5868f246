import type { PageKey } from '@doffers/resource';
import type { Approval, Shop } from '../domain/shop.ts';
import type { Deps } from './deps.ts';

type ListShopsInput = {
  readonly approval: Approval | undefined;
  readonly pageSize: number;
  readonly after: PageKey | undefined;
};

/** Lists shops for an admin, from the one that was registered first. */
export async function listShops(
  { shops }: Pick<Deps, 'shops'>,
  { approval, pageSize, after }: ListShopsInput,
): Promise<readonly Shop[]> {
  return shops.list({ approval, limit: pageSize, after });
}

/** Lists the shops of one owner, oldest first. */
export async function listShopsOfOwner({ shops }: Pick<Deps, 'shops'>, ownerId: string): Promise<readonly Shop[]> {
  return shops.listOfOwner(ownerId);
}
