import type { PageQuery } from '@doffers/resource';
import type { Approval, Shop } from '../domain/shop.ts';
import type { Deps } from './deps.ts';

type ListShopsInput = PageQuery & { readonly approval: Approval | undefined };

/** Lists shops for an admin, from the one that was registered first. */
export async function listShops({ shops }: Pick<Deps, 'shops'>, input: ListShopsInput): Promise<readonly Shop[]> {
  return shops.list(input);
}

/** Lists the shops of one owner, oldest first. */
export async function listShopsOfOwner({ shops }: Pick<Deps, 'shops'>, ownerId: string): Promise<readonly Shop[]> {
  return shops.listOfOwner(ownerId);
}
