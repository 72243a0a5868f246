import { append, type Transaction } from '@doffers/database';
import type { PaymentEvent } from '../domain/events.ts';

export type EventLog = {
  /** Says what happened, in the transaction in which it happened. */
  append(event: PaymentEvent): Promise<void>;
};

export function createEventLog(tx: Transaction): EventLog {
  return { append: (event) => append(tx, event) };
}
