import type { PackService } from '@doffers/proto/payment/v1/pack_service';
import type { Client } from '@doffers/rpc';
import type { Unit } from '../domain/unit.ts';

/** What payment counts of a shop's packs. */
export type Entitlements = {
  /**
   * Uses a unit, once per offer.
   * @throws DomainError `PACK_EXHAUSTED`, or `VOIDED` when the unit was given back before
   */
  reserve(unit: Unit): Promise<void>;
  /** Gives a unit back, or makes sure that it is never used. Once per offer, however often it is asked. */
  giveBack(unit: Unit): Promise<void>;
};

export function createEntitlements(
  packs: Pick<Client<typeof PackService>, 'reserveOffer' | 'returnOffer'>,
): Entitlements {
  return {
    async reserve({ shopId, offerId }) {
      await packs.reserveOffer({ shopId, offerId });
    },
    async giveBack({ shopId, offerId }) {
      await packs.returnOffer({ shopId, offerId });
    },
  };
}
