import type { Ledger } from './ledger.ts';

type Step = (input: { key: string; amountPaise: number }) => Promise<void>;
type Undo = (input: { key: string }) => Promise<void>;

export type PurchaseActivities = {
  readonly placeOrder: Step;
  readonly cancelOrder: Undo;
  readonly charge: Step;
  readonly refund: Undo;
  readonly grant: Step;
  readonly revoke: Undo;
};

/** Activities as they would be over a payment service. */
export function createPurchaseActivities(ledger: Ledger): PurchaseActivities {
  const step =
    (name: string): Step =>
    async ({ key, amountPaise }) => {
      ledger.note(name);
      ledger.apply(key, amountPaise);
    };
  const undo =
    (name: string): Undo =>
    async ({ key }) => {
      ledger.note(name);
      ledger.undo(key);
    };
  return {
    placeOrder: step('placeOrder'),
    cancelOrder: undo('cancelOrder'),
    charge: step('charge'),
    refund: undo('refund'),
    grant: step('grant'),
    revoke: undo('revoke'),
  };
}
