import type { RoleGrants } from '../clients/role-grants.ts';
import type { ShopDecided, UserEvent } from '../domain/events.ts';

type Deps = {
  readonly roles: Pick<RoleGrants, 'grantShopkeeper'>;
  readonly workflows: { approvalChanged(decided: ShopDecided['payload']): Promise<void> };
};

/** Carries one event of the outbox to whom it concerns. It may come twice; both receivers take it once. */
export async function deliverEvent({ roles, workflows }: Deps, event: UserEvent): Promise<void> {
  switch (event.topic) {
    case 'shop.registered':
      return roles.grantShopkeeper(event.payload.ownerId);
    case 'shop.decided':
      return workflows.approvalChanged(event.payload);
  }
}
