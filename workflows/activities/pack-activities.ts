import type { PackService } from '@doffers/proto/payment/v1/pack_service';
import type { Client } from '@doffers/rpc';

type Step = (input: { purchaseId: string }) => Promise<void>;

export type PackActivities = {
  /** Takes the price from the wallet. Refused with INSUFFICIENT_FUNDS or VOIDED. */
  readonly chargePurchase: Step;
  /** Gives it back, or makes sure that it is never taken. */
  readonly refundPurchase: Step;
  /** Adds the pack. Refused with VOIDED. */
  readonly grantPurchase: Step;
  /** Takes it back, or makes sure that it is never added. */
  readonly revokePurchase: Step;
};

/** The steps of a pack purchase and their undos. A purchase is its own key. */
export function createPackActivities(packs: Pick<Client<typeof PackService>, keyof PackActivities>): PackActivities {
  return {
    chargePurchase: async (input) => void (await packs.chargePurchase(input)),
    refundPurchase: async (input) => void (await packs.refundPurchase(input)),
    grantPurchase: async (input) => void (await packs.grantPurchase(input)),
    revokePurchase: async (input) => void (await packs.revokePurchase(input)),
  };
}
