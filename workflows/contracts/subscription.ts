import { defineUpdate } from './definitions.ts';

export type SubscriptionInput = { readonly subscriptionId: string; readonly shopId: string };
export type SubscriptionResult = { readonly outcome: 'ended' };

export type SubscriptionCommand =
  | { readonly kind: 'change'; readonly planId: string }
  | { readonly kind: 'pause' | 'resume' | 'fast_forward' }
  | { readonly kind: 'cancel'; readonly when: 'now' | 'at_end' };

/**
 * Carries a command out. Refused with what the payment service refuses it with: SUBSCRIPTION_STATE, PLAN_NOT_FOUND,
 * INSUFFICIENT_FUNDS, WALLET_FROZEN, BILLING_RUNAWAY, NOT_IN_SANDBOX. A repeated request gets its first answer; a refusal is not
 * remembered.
 */
export const commandUpdate = defineUpdate<
  true,
  [{ readonly requestId: string; readonly command: SubscriptionCommand }]
>('command');

export const subscriptionWorkflow = 'subscriptionWorkflow';
/** The type of the workflow function, as far as whoever starts it sees it. */
export type SubscriptionWorkflow = (input: SubscriptionInput) => Promise<SubscriptionResult>;

/** The safety net, run by a schedule. */
export const subscriptionSweepWorkflow = 'subscriptionSweepWorkflow';
export type SubscriptionSweepWorkflow = () => Promise<{ readonly restarted: number }>;
