import { toInt64 } from '@doffers/money';
import type { HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { Handlers } from '@doffers/rpc';
import { captureTo } from '../usecases/capture-to.ts';
import { expireCredit } from '../usecases/expire-credit.ts';
import { expireHolds } from '../usecases/expire-holds.ts';
import type { HoldDeps } from '../usecases/hold-deps.ts';
import { createHoldPlacing } from '../usecases/hold-placing.ts';
import { priceLines } from '../usecases/price-lines.ts';
import { releaseHold } from '../usecases/release-hold.ts';
import { reverseHold } from '../usecases/reverse-hold.ts';
import { holdMessage, priceLinesFrom, quantitiesFrom } from './hold-message.ts';

type Deps = HoldDeps & Parameters<typeof expireHolds>[0] & Parameters<typeof expireCredit>[0];

/** One page of a sweep fits into the time that its caller waits. */
const sweepPage = 100;

/** Translates HoldService between protobuf and the use cases; holds no rule of its own. */
export function createHoldHandlers(deps: Deps): Handlers<typeof HoldService> {
  const placeHold = createHoldPlacing(deps);
  return {
    async priceLines({ shopId, lines }) {
      const { taxable, taxes, total, included } = await priceLines(deps, { shopId, lines: priceLinesFrom(lines) });
      return {
        taxablePaise: toInt64(taxable),
        cgstPaise: toInt64(taxes.cgst),
        sgstPaise: toInt64(taxes.sgst),
        igstPaise: toInt64(taxes.igst),
        totalPaise: toInt64(total),
        included: included.map(({ line, units }) => ({ lineId: line, units: BigInt(units) })),
      };
    },
    async placeHold({ idempotencyKey, shopId, lines }) {
      return holdMessage(await placeHold({ key: idempotencyKey, shopId, lines: priceLinesFrom(lines) }));
    },
    async captureTo({ idempotencyKey, captured }) {
      return holdMessage(await captureTo(deps, { key: idempotencyKey, quantities: quantitiesFrom(captured) }));
    },
    async releaseHold({ idempotencyKey, shopId }) {
      return holdMessage(await releaseHold(deps, { key: idempotencyKey, shopId }));
    },
    reverseHold: async ({ idempotencyKey }) => holdMessage(await reverseHold(deps, idempotencyKey)),
    async expireHolds({ afterKey }) {
      const { expired, last = '' } = await expireHolds(deps, { limit: sweepPage, after: afterKey });
      return { expired, nextAfterKey: last };
    },
    expireCredit: async () => ({ shops: await expireCredit(deps, { limit: sweepPage }) }),
  };
}
