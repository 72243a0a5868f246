import { Shop_Approval, type ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import type { ApprovalDecision } from '../contracts/shop-approval.ts';

export type ShopActivities = {
  /** How a shop stands right now. Refused with SHOP_NOT_FOUND. */
  readApproval(input: { shopId: string }): Promise<{ approval: ApprovalState }>;
};

export type ApprovalState = ApprovalDecision | 'pending';

/** Activities that ask the user service about shops. */
export function createShopActivities(shops: Pick<Client<typeof ShopService>, 'getShopAccess'>): ShopActivities {
  return {
    async readApproval({ shopId }) {
      const { approval } = await shops.getShopAccess({ shopId });
      return { approval: approvalState(approval) };
    },
  };
}

const states: Readonly<Partial<Record<Shop_Approval, ApprovalState>>> = {
  [Shop_Approval.PENDING]: 'pending',
  [Shop_Approval.APPROVED]: 'approved',
  [Shop_Approval.REJECTED]: 'rejected',
  [Shop_Approval.SUSPENDED]: 'suspended',
};

/** @throws Error for a state that this version does not know; the activity is retried until a newer worker runs it */
export function approvalState(approval: Shop_Approval): ApprovalState {
  const state = states[approval];
  if (state === undefined) throw new Error(`approval ${approval} is not known here`);
  return state;
}
