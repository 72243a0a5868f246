import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paise, paiseFromInt64 } from '@doffers/money';
import {
  type CreateOfferRequest,
  type Discount as DiscountMessage,
  Offer_State,
  OfferSchema,
} from '@doffers/proto/offer/v1/offer_service';
import { etagOf } from '@doffers/resource';
import { type Discount, hasExpired, type Offer, type OfferState, type OfferText } from '../domain/offer.ts';

type OfferMessage = MessageShape<typeof OfferSchema>;

const states: Record<OfferState, Offer_State> = {
  draft: Offer_State.DRAFT,
  active: Offer_State.ACTIVE,
  paused: Offer_State.PAUSED,
  suspended: Offer_State.SUSPENDED,
};

export function toMessage(offer: Offer, now: Date): OfferMessage {
  return create(OfferSchema, {
    ...textToMessage(offer),
    offerId: offer.id,
    shopId: offer.shopId,
    state: hasExpired(offer, now) ? Offer_State.EXPIRED : states[offer.state],
    pincode: offer.pincode,
    createTime: timestampFromDate(offer.createdAt),
    updateTime: timestampFromDate(offer.updatedAt),
    etag: etagOf(offer.version),
  });
}

/** The part of an offer that a shopkeeper writes, as a message on which the API's field rules can be checked. */
export function textToMessage(text: OfferText): MessageInitShape<typeof OfferSchema> {
  return {
    title: text.title,
    description: text.description,
    category: text.category,
    discount: discountToMessage(text.discount),
    ...(text.startAt === undefined ? {} : { startTime: timestampFromDate(text.startAt) }),
    endTime: timestampFromDate(text.endAt),
  };
}

function discountToMessage({ kind, minBill }: Discount): MessageInitShape<typeof OfferSchema>['discount'] {
  return {
    kind:
      'percent' in kind
        ? { case: 'percent', value: { percent: kind.percent, capPaise: BigInt(kind.cap) } }
        : { case: 'flat', value: { amountPaise: BigInt(kind.amount) } },
    minBillPaise: BigInt(minBill),
  };
}

/** Reads what a shopkeeper wrote. A field that is absent in a patch reads as empty; the update mask tells which count. */
export function textFromMessage(message: OfferMessage | CreateOfferRequest): OfferText {
  return {
    title: message.title,
    description: message.description,
    category: message.category,
    discount: discountFromMessage(message.discount),
    startAt: dateOf(message.startTime),
    endAt: dateOf(message.endTime) ?? new Date(0),
  };
}

function discountFromMessage(message: DiscountMessage | undefined): Discount {
  const minBill = paiseFromInt64(message?.minBillPaise ?? 0n);
  switch (message?.kind.case) {
    case 'percent': {
      const { percent, capPaise } = message.kind.value;
      return { kind: { percent, cap: paiseFromInt64(capPaise) }, minBill };
    }
    case 'flat':
      return { kind: { amount: paiseFromInt64(message.kind.value.amountPaise) }, minBill };
    case undefined:
      return { kind: { amount: paise(0) }, minBill }; // fails the field rules wherever it would be stored
  }
}

function dateOf(timestamp: Timestamp | undefined): Date | undefined {
  return timestamp === undefined ? undefined : timestampDate(timestamp);
}
