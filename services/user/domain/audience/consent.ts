import type { Channel } from './channel.ts';

/** Whether one channel may be used for promotions. */
export type Consent = {
  readonly channel: Channel;
  readonly granted: boolean;
  /** Undefined when the person never decided, which counts as not granted. */
  readonly changedAt: Date | undefined;
};

/** A decision of the customer, told by themselves or by a provider to whom they said stop. */
export type ConsentDecision = {
  readonly channel: Channel;
  readonly granted: boolean;
  readonly source: 'customer' | 'provider';
  /** Version and language of the notice that was shown, or the provider's code. */
  readonly notice: string;
  readonly at: Date;
};

/** No more than so many of a customer's devices get a push. */
export const mostDevices = 5;
