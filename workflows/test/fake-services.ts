import { create } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import {
  InboxMessageSchema,
  type SendNoticeRequest,
  WithdrawNoticeResponseSchema,
} from '@doffers/proto/notification/v1/inbox_service';
import { Shop_Approval, ShopAccessSchema } from '@doffers/proto/user/v1/shop_service';
import type { ActivityClients } from '../activities/index.ts';

/** Personal data that must never be found in a history. */
export const canaries = ['Canary Stores', 'canary reason', '9876543210', '+919876543210'];

/** The services that the activities of an approval call, in memory. */
export function fakeServices() {
  const shop: { approval: Shop_Approval } = { approval: Shop_Approval.APPROVED };
  const delivered = new Map<string, Partial<SendNoticeRequest>>();
  const withdrawn = new Set<string>();
  const clients: Pick<ActivityClients, 'shops' | 'inbox'> = {
    shops: {
      getShopAccess: async ({ shopId = '' }) =>
        create(ShopAccessSchema, {
          shopId,
          ownerId: '0193a5c0-0000-7000-8000-00000000beef',
          approval: shop.approval,
          name: 'Canary Stores',
          approvalReason: 'canary reason, call 9876543210',
        }),
    },
    inbox: {
      async sendNotice(request) {
        const { idempotencyKey: key = '' } = request;
        if (withdrawn.has(key)) throw new DomainError('failed_precondition', 'VOIDED', 'the notice was withdrawn');
        delivered.set(key, request);
        return create(InboxMessageSchema);
      },
      async withdrawNotice({ idempotencyKey: key = '' }) {
        withdrawn.add(key);
        return create(WithdrawNoticeResponseSchema, { withdrawn: delivered.delete(key) });
      },
    },
  };
  return { clients, shop, delivered, withdrawn };
}
