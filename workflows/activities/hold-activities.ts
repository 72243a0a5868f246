import type { Hold, HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { Client } from '@doffers/rpc';

export type HoldLine = {
  readonly lineId: string;
  readonly description: string;
  readonly quantity: number;
  readonly rateMicros: number;
};

export type HoldState = {
  readonly amountPaise: number;
  readonly capturedPaise: number;
  readonly releasedPaise: number;
};

export type HoldActivities = {
  /** Sets money aside, once per key. Refused with INSUFFICIENT_FUNDS, WALLET_FROZEN or VOIDED. */
  placeHold(input: { key: string; shopId: string; lines: readonly HoldLine[] }): Promise<HoldState>;
  /** Captures up to quantities since the beginning; fewer than before change nothing. */
  captureTo(input: { key: string; captured: readonly { lineId: string; quantity: number }[] }): Promise<HoldState>;
  /** Gives the rest back and fences the key. */
  releaseHold(input: { key: string; shopId: string }): Promise<HoldState>;
};

type Holds = Pick<Client<typeof HoldService>, 'placeHold' | 'captureTo' | 'releaseHold'>;

/** Activities that hold, capture and release money. */
export function createHoldActivities(holds: Holds): HoldActivities {
  return {
    async placeHold({ key, shopId, lines }) {
      const priced = lines.map(({ quantity, rateMicros, ...line }) => ({
        ...line,
        quantity: BigInt(quantity),
        rateMicros: BigInt(rateMicros),
      }));
      return toState(await holds.placeHold({ idempotencyKey: key, shopId, lines: priced }));
    },
    async captureTo({ key, captured }) {
      const cumulative = captured.map(({ lineId, quantity }) => ({ lineId, cumulativeQuantity: BigInt(quantity) }));
      return toState(await holds.captureTo({ idempotencyKey: key, captured: cumulative }));
    },
    async releaseHold({ key, shopId }) {
      return toState(await holds.releaseHold({ idempotencyKey: key, shopId }));
    },
  };
}

function toState({ amountPaise, capturedPaise, releasedPaise }: Hold): HoldState {
  return {
    amountPaise: Number(amountPaise),
    capturedPaise: Number(capturedPaise),
    releasedPaise: Number(releasedPaise),
  };
}
