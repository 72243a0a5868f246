import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { microRupees, paise, toInt64 } from '@doffers/money';
import {
  type Captured,
  Hold_State,
  type HoldSchema,
  type PriceLine as PriceLineMessage,
} from '@doffers/proto/payment/v1/hold_service';
import { type Funds, type Hold, isPlaced, type PriceLine, type Tombstone } from '../domain/hold.ts';

export function priceLinesFrom(lines: readonly PriceLineMessage[]): PriceLine[] {
  return lines.map(({ lineId, description, quantity, rateMicros }) => ({
    line: lineId,
    description,
    quantity: Number(quantity),
    rate: microRupees(Number(rateMicros)),
  }));
}

/** A line that is named twice has reached the larger quantity. */
export function quantitiesFrom(captured: readonly Captured[]): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { lineId, cumulativeQuantity } of captured) {
    quantities.set(lineId, Math.max(quantities.get(lineId) ?? 0, Number(cumulativeQuantity)));
  }
  return quantities;
}

export function holdMessage(hold: Hold | Tombstone): MessageInitShape<typeof HoldSchema> {
  const { id: holdId, shopId } = hold;
  if (!isPlaced(hold)) return { holdId, shopId, state: Hold_State.VOID };
  return {
    holdId,
    shopId,
    amountPaise: totalOf(hold.amount),
    capturedPaise: totalOf(hold.captured),
    releasedPaise: totalOf(hold.released),
    included: hold.lines.map(({ line, included }) => ({ lineId: line, units: BigInt(included) })),
    state: states[hold.state],
    expireTime: timestampFromDate(hold.expiresAt),
  };
}

const states = {
  open: Hold_State.OPEN,
  settled: Hold_State.SETTLED,
  expired: Hold_State.EXPIRED,
  reversed: Hold_State.REVERSED,
} as const;

const totalOf = ({ cash, promo }: Funds) => toInt64(paise(cash + promo));
