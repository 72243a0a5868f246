import { create } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import {
  ExpireCreditResponseSchema,
  ExpireHoldsResponseSchema,
  type Hold,
  HoldSchema,
  Hold_State as State,
} from '@doffers/proto/payment/v1/hold_service';
import type { ActivityClients } from '../activities/index.ts';

type Line = { readonly rateMicros: bigint; readonly quantity: bigint };
type Placed = { readonly lines: ReadonlyMap<string, Line>; hold: Hold };

const microsPerPaisa = 10_000n;

/** Holds of one wallet, without tax. */
export function fakeHolds() {
  const placed = new Map<string, Placed>();
  const captures: string[] = [];
  const wallet = { availablePaise: 1_000_000n };

  function find(key: string): Placed {
    return placed.get(key) ?? fail('not_found', 'HOLD_NOT_FOUND');
  }

  const client: ActivityClients['holds'] = {
    async placeHold({ idempotencyKey: key = '', shopId = '', lines = [] }) {
      const known = placed.get(key);
      if (known?.hold.state === State.VOID) fail('failed_precondition', 'VOIDED');
      if (known !== undefined) return known.hold;
      const byId = new Map(
        lines.map(({ lineId = '', rateMicros = 0n, quantity = 0n }) => [lineId, { rateMicros, quantity }]),
      );
      const amountPaise = costOf(byId.values());
      if (amountPaise > wallet.availablePaise) fail('failed_precondition', 'INSUFFICIENT_FUNDS');
      wallet.availablePaise -= amountPaise;
      const hold = create(HoldSchema, { holdId: key, shopId, amountPaise, state: State.OPEN });
      placed.set(key, { lines: byId, hold });
      return hold;
    },
    async captureTo({ idempotencyKey: key = '', captured = [] }) {
      const { lines, hold } = find(key);
      if (hold.state !== State.OPEN) fail('failed_precondition', 'HOLD_CLOSED');
      captures.push(key);
      const cost = costOf(
        captured.map(({ lineId = '', cumulativeQuantity: quantity = 0n }) => ({
          rateMicros: lines.get(lineId)?.rateMicros ?? fail('invalid_argument', 'LINE_UNKNOWN'),
          quantity,
        })),
      );
      if (cost > hold.amountPaise) fail('failed_precondition', 'EXCEEDS_HOLD');
      if (cost > hold.capturedPaise) hold.capturedPaise = cost;
      return hold;
    },
    expireHolds: async () => create(ExpireHoldsResponseSchema, { expired: 1 }),
    expireCredit: async () => create(ExpireCreditResponseSchema, {}),
    async releaseHold({ idempotencyKey: key = '', shopId = '' }) {
      const known = placed.get(key);
      if (known === undefined) {
        const hold = create(HoldSchema, { shopId, state: State.VOID });
        placed.set(key, { lines: new Map(), hold });
        return hold;
      }
      const { hold } = known;
      if (hold.state !== State.OPEN) return hold;
      hold.state = State.SETTLED;
      hold.releasedPaise = hold.amountPaise - hold.capturedPaise;
      wallet.availablePaise += hold.releasedPaise;
      return hold;
    },
  };
  return { client, wallet, captures, find: (key: string) => placed.get(key)?.hold };
}

function costOf(lines: Iterable<Line>): bigint {
  let sum = 0n;
  for (const { rateMicros, quantity } of lines) sum += (rateMicros * quantity + microsPerPaisa / 2n) / microsPerPaisa;
  return sum;
}

function fail(code: 'not_found' | 'failed_precondition' | 'invalid_argument', reason: string): never {
  throw new DomainError(code, reason, 'no');
}
