import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import {
  type EntitlementsSchema,
  type MessageUnits as MessageUnitsMessage,
  PackPurchase_State,
  type PackPurchaseSchema,
  type PackSchema,
} from '@doffers/proto/payment/v1/pack_service';
import type { Entitlements } from '../domain/entitlement.ts';
import { channels, type MessageUnits } from '../domain/message-units.ts';
import { type Pack, type Purchase, purchaseState } from '../domain/pack.ts';
import { channelName, channelOf } from './channel-message.ts';

export function messageUnitsFrom(messages: readonly MessageUnitsMessage[]): MessageUnits {
  return Object.fromEntries(
    messages.flatMap(({ channel, units }) => {
      const name = channelName(channel);
      return name === undefined ? [] : [[name, units]];
    }),
  );
}

export function packMessage({ id, price, messages, ...pack }: Pack): MessageInitShape<typeof PackSchema> {
  const units = channels.flatMap((channel) => {
    const units = messages[channel] ?? 0;
    return units === 0 ? [] : [{ channel: channelOf[channel], units }];
  });
  return { ...pack, packId: id, pricePaise: toInt64(price), messages: units };
}

const states = {
  pending: PackPurchase_State.PENDING,
  completed: PackPurchase_State.COMPLETED,
  failed: PackPurchase_State.FAILED,
} as const;

export function purchaseMessage(purchase: Purchase): MessageInitShape<typeof PackPurchaseSchema> {
  const { id: purchaseId, shopId, pack, total, createdAt } = purchase;
  return {
    purchaseId,
    shopId,
    packId: pack.id,
    totalPaise: toInt64(total),
    state: states[purchaseState(purchase)],
    createTime: timestampFromDate(createdAt),
  };
}

export function entitlementsMessage(entitlements: Entitlements): MessageInitShape<typeof EntitlementsSchema> {
  const { shopId, granted, used } = entitlements;
  const messages = entitlements.messages.map(({ channel, ...units }) => ({ ...units, channel: channelOf[channel] }));
  return { shopId, offersGranted: granted, offersUsed: used, messages };
}
