import { create, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type CreateShopRequest,
  Shop_Approval,
  ShopAccessSchema,
  ShopSchema,
} from '@doffers/proto/user/v1/shop_service';
import { etagOf } from '@doffers/resource';
import type { Approval, Shop, ShopDetails } from '../domain/shop.ts';
import type { ShopView } from '../usecases/get-shop.ts';

type ShopMessage = MessageShape<typeof ShopSchema>;

const approvals: Record<Approval, Shop_Approval> = {
  pending: Shop_Approval.PENDING,
  approved: Shop_Approval.APPROVED,
  rejected: Shop_Approval.REJECTED,
  suspended: Shop_Approval.SUSPENDED,
};

const fromApproval = new Map<Shop_Approval, Approval>(
  Object.entries(approvals).map(([approval, value]) => [value, approval as Approval]),
);

/** The state a list is filtered by; undefined for all. */
export function approvalOf(approval: Shop_Approval): Approval | undefined {
  return fromApproval.get(approval);
}

/** The shop as its owner and admins see it, or only what is public. */
export function toMessage({ shop, whole }: ShopView): ShopMessage {
  return create(ShopSchema, {
    ...detailsToMessage(whole ? shop : { ...shop, gstin: '' }),
    shopId: shop.id,
    ownerId: whole ? shop.ownerId : '',
    city: shop.city,
    state: shop.state,
    approval: approvals[shop.approval],
    approvalReason: whole ? shop.approvalReason : '',
    createTime: timestampFromDate(shop.createdAt),
    updateTime: timestampFromDate(shop.updatedAt),
    etag: etagOf(shop.version),
  });
}

export function toAccessMessage(shop: Shop): MessageShape<typeof ShopAccessSchema> {
  const { id: shopId, ownerId, name, pincode, state, gstin, address, approvalReason } = shop;
  const approval = approvals[shop.approval];
  return create(ShopAccessSchema, { shopId, ownerId, approval, name, pincode, state, gstin, address, approvalReason });
}

/** What a shopkeeper writes, as a message on which the API's field rules can be checked. */
export function detailsToMessage(details: ShopDetails): ShopDetails {
  const { name, category, description, address, pincode, gstin } = details;
  return { name, category, description, address, pincode, gstin };
}

export function detailsFromMessage(message: ShopMessage | CreateShopRequest): ShopDetails {
  return detailsToMessage(message);
}
