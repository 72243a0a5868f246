import type { HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { Client } from '@doffers/rpc';

export type SweepActivities = {
  /** Releases overdue holds of one page whose workflow has ended. */
  expireHolds(input: { afterKey: string }): Promise<{ expired: number; nextAfterKey: string }>;
  /** Takes expired promotional credit of one page of shops away. */
  expireCredit(): Promise<{ shops: number }>;
};

/** What schedules have done to wallets. */
export function createSweepActivities(
  holds: Pick<Client<typeof HoldService>, 'expireHolds' | 'expireCredit'>,
): SweepActivities {
  return {
    async expireHolds({ afterKey }) {
      const { expired, nextAfterKey } = await holds.expireHolds({ afterKey });
      return { expired, nextAfterKey };
    },
    async expireCredit() {
      const { shops } = await holds.expireCredit({});
      return { shops };
    },
  };
}
