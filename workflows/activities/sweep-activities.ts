import type { HoldService } from '@doffers/proto/payment/v1/hold_service';
import type { InvoiceService } from '@doffers/proto/payment/v1/invoice_service';
import type { ReconciliationService } from '@doffers/proto/payment/v1/reconciliation_service';
import type { Client } from '@doffers/rpc';

export type SweepActivities = {
  /** Releases overdue holds of one page whose workflow has ended. */
  expireHolds(input: { afterKey: string }): Promise<{ expired: number; nextAfterKey: string }>;
  /** Takes expired promotional credit of one page of shops away. */
  expireCredit(): Promise<{ shops: number }>;
  /** Issues the monthly invoices of one page of shops, when their month ends. */
  issueMonthlyInvoices(input: { afterShopId: string }): Promise<{ issued: number; nextAfterShopId: string }>;
  /** Compares the books for a few seconds, going on where the time ran out before. */
  reconcile(): Promise<{ breaks: number; complete: boolean }>;
};

type Deps = {
  readonly holds: Pick<Client<typeof HoldService>, 'expireHolds' | 'expireCredit'>;
  readonly invoices: Pick<Client<typeof InvoiceService>, 'issueMonthlyInvoices'>;
  readonly reconciliation: Pick<Client<typeof ReconciliationService>, 'reconcile'>;
};

/** What schedules have done to wallets. */
export function createSweepActivities({ holds, invoices, reconciliation }: Deps): SweepActivities {
  return {
    async expireHolds({ afterKey }) {
      const { expired, nextAfterKey } = await holds.expireHolds({ afterKey });
      return { expired, nextAfterKey };
    },
    async expireCredit() {
      const { shops } = await holds.expireCredit({});
      return { shops };
    },
    async issueMonthlyInvoices({ afterShopId }) {
      const { issued, nextAfterShopId } = await invoices.issueMonthlyInvoices({ afterShopId });
      return { issued, nextAfterShopId };
    },
    async reconcile() {
      const { breaks, checks } = await reconciliation.reconcile({});
      return { breaks, complete: checks.every(({ complete }) => complete) };
    },
  };
}
