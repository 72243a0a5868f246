import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import type { MessageUnits } from './message-units.ts';

/** What a shop subscribes to: so many offers and messages for every month. */
export type Plan = {
  readonly id: string;
  readonly name: string;
  /** For a month, without tax. */
  readonly price: Paise;
  readonly offers: number;
  readonly messages: MessageUnits;
  /** Days before the first payment, for a shop that never subscribed before. */
  readonly trialDays: number;
  /** Whether what is not used of a period may be used in the next one, too. */
  readonly carriesOver: boolean;
};

export function planNotFound(): DomainError {
  return new DomainError('not_found', 'PLAN_NOT_FOUND', 'there is no such plan on sale');
}
