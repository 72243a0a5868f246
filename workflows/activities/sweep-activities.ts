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
  issueMonthlyInvoices(input: { afterShopId: string }): Promise<MonthlyInvoicesPage>;
  /**
   * Runs the checks of the books that are not done for a few seconds, each going on where the time ran out before.
   * Answers those that it has done as well; one that failed is done, and the next hour tries it again.
   */
  reconcile(input: { done: readonly string[] }): Promise<ReconciliationPart>;
};

/** What came of a page of shops; `failed` counts those that something went wrong for, and `failure` is the first. */
export type MonthlyInvoicesPage = {
  readonly issued: number;
  readonly nextAfterShopId: string;
  readonly failed: number;
  readonly failure?: string;
};

/** What one part of a look at the books came to. */
export type ReconciliationPart = {
  readonly breaks: number;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  /** Whether no check is left. */
  readonly over: boolean;
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
      const { issued, nextAfterShopId, failures } = await invoices.issueMonthlyInvoices({ afterShopId });
      const [failure] = failures;
      return { issued, nextAfterShopId, failed: failures.length, ...(failure !== undefined && { failure }) };
    },
    async reconcile({ done }) {
      const { breaks, checks } = await reconciliation.reconcile({ skippedChecks: [...done] });
      const isDone = ({ complete, error }: (typeof checks)[number]) => complete || error !== '';
      return {
        breaks,
        done: checks.filter(isDone).map(({ check }) => check),
        failed: checks.filter(({ error }) => error !== '').map(({ check }) => check),
        over: checks.every(isDone),
      };
    },
  };
}
