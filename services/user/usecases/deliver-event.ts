import type { RoleGrants } from '../clients/role-grants.ts';
import type { ShopFollowers } from '../clients/shop-followers.ts';
import type { ShopDecided, UserEvent } from '../domain/events.ts';

type Deps = {
  readonly roles: Pick<RoleGrants, 'grantShopkeeper'>;
  readonly followers: ShopFollowers;
  readonly workflows: { approvalChanged(decided: ShopDecided['payload']): Promise<void> };
};

/** Carries one event of the outbox to whom it concerns. It may come twice; each receiver takes it once. */
export async function deliverEvent({ roles, followers, workflows }: Deps, event: UserEvent): Promise<void> {
  switch (event.topic) {
    case 'shop.registered':
      return roles.grantShopkeeper(event.payload.ownerId);
    case 'shop.decided':
      await workflows.approvalChanged(event.payload);
      return followers.decided(event.payload);
  }
}
