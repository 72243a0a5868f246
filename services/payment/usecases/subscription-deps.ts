import type { Actor } from '@doffers/ownership';
import type { Books } from '../repositories/books.ts';
import type { HoldDeps } from './hold-deps.ts';

type SubscriptionBooks = Pick<
  Books,
  'subscriptions' | 'bills' | 'entitlements' | 'wallets' | 'ledger' | 'commands' | 'events'
>;

/** What the use cases of subscriptions need from outside. */
export type SubscriptionDeps = Pick<HoldDeps, 'shopAccess' | 'supplyOf' | 'newId' | 'now'> & {
  readonly books: SubscriptionBooks;
  readonly inTransaction: <T>(work: (books: SubscriptionBooks) => Promise<T>) => Promise<T>;
  readonly workflows: SubscriptionControl;
  /** Whether time may be let pass by a command, which is for developers and tests. */
  readonly sandbox: boolean;
};

export type SubscriptionCommand =
  | { readonly kind: 'change'; readonly planId: string }
  | { readonly kind: 'pause' | 'resume' | 'fast_forward' }
  | { readonly kind: 'cancel'; readonly when: 'now' | 'at_end' };

/** The clockwork of each subscription: what changes one goes through it, one after the other. */
type SubscriptionControl = {
  /** Carries a command out; a repeated request id gets the first answer. */
  command(
    about: { readonly subscriptionId: string; readonly shopId: string; readonly requestId: string },
    command: SubscriptionCommand,
  ): Promise<void>;
  /** Makes sure that the clockwork of a subscription runs. */
  ensure(about: { readonly subscriptionId: string; readonly shopId: string }): Promise<void>;
};

/** A command of a person. */
export type Commanded = { readonly actor: Actor; readonly subscriptionId: string; readonly requestId: string };
