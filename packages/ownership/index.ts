import { DomainError } from '@doffers/errors';

/** The person on whose behalf a use case runs. */
export type Actor = { readonly userId: string; readonly admin: boolean };

/** The actor behind a verified token. */
export function actorOf(user: { readonly userId: string; readonly roles: readonly string[] }): Actor {
  return { userId: user.userId, admin: user.roles.includes('admin') };
}

/** What the user service tells of a shop; the one source of every ownership and approval check. */
export type ShopAccess = {
  readonly shopId: string;
  readonly ownerId: string;
  readonly approved: boolean;
  readonly name: string;
  readonly pincode: string;
  /** State of the shop's address, for the place of supply. */
  readonly state: string;
  /** Empty for an unregistered shop. */
  readonly gstin: string;
  readonly address: string;
};

/** Reads a shop; throws `SHOP_NOT_FOUND` for one that does not exist. */
export type ReadShopAccess = (shopId: string) => Promise<ShopAccess>;

/**
 * Answers the shop when `actor` may act for it: its owner and admins. A foreign shop looks exactly like one that does
 * not exist, so that ids cannot be probed.
 *
 * @throws DomainError `SHOP_NOT_FOUND`
 */
export async function actForShop(read: ReadShopAccess, actor: Actor, shopId: string): Promise<ShopAccess> {
  const shop = await read(shopId);
  if (!actsFor(actor, shop.ownerId)) throw shopNotFound();
  return shop;
}

/** Whether `actor` is this owner, or an admin. Nobody acts for anything without having logged in. */
export function actsFor(actor: Actor | undefined, ownerId: string): boolean {
  return actor !== undefined && (actor.admin || actor.userId === ownerId);
}

export function shopNotFound(): DomainError {
  return new DomainError('not_found', 'SHOP_NOT_FOUND', 'there is no such shop');
}

/** @throws DomainError `SHOP_NOT_APPROVED` */
export function assertApproved(shop: ShopAccess): void {
  if (!shop.approved) throw shopNotApproved();
}

export function shopNotApproved(): DomainError {
  const message = 'this shop is not approved: it can publish, pay and send once an admin has approved it';
  return new DomainError('failed_precondition', 'SHOP_NOT_APPROVED', message);
}
