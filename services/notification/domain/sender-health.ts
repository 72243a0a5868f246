/** WhatsApp's codes that mean: too fast. The sender is slowed down, and within seconds it is back at all of its rate. */
const tooFast: ReadonlySet<string> = new Set(['4', '80007', '130429']);

export const isTooFast = (code: string | number) => tooFast.has(String(code));

/**
 * A sender that never recovers is still tried: the rate cannot be asked for. Much slower, and a group would last longer
 * than the call that sends it may be silent.
 */
export const leastPermille = 250;
/** How much of the rate comes back each second: all of a half in five, since the provider counts by the second. */
export const recoveredPermillePerSecond = 100;
/** One storm of refusals slows a sender down once, not once for each refusal. */
export const slowedOnceInMs = 1_000;

const leastCut = 0.05;
const mostCut = 0.5;

/**
 * How much of its rate a sender loses when `refused` of `sent` messages were too fast: twice their share, so that it is
 * below the provider's rate afterwards. One message in hundreds that came a few milliseconds early is no reason to halve;
 * a sender whose rate we have wrong is halved again each second.
 */
export function cutOf(refused: number, sent: number): number {
  return Math.min(mostCut, Math.max(leastCut, (2 * refused) / sent));
}

/** Messages sent, and how many of them met an error that is the sender's or the provider's, not the recipient's. */
export type Window = { readonly sends: number; readonly errors: number };

const windowSends = 100;
const errorShare = 0.2;
export const emptyWindow: Window = { sends: 0, errors: 0 };

/** The breaker opens when a fifth of a hundred messages meet an error; with twenty errors nobody waits for the hundred. */
export function afterSends(before: Window, more: Window): { readonly window: Window; readonly opens: boolean } {
  const from = before.sends >= windowSends ? emptyWindow : before;
  const window = { sends: from.sends + more.sends, errors: from.errors + more.errors };
  const opens = window.errors >= windowSends * errorShare && window.errors >= window.sends * errorShare;
  return { window: opens ? emptyWindow : window, opens };
}

/** Why a sender stands still. */
export type Standstill = {
  readonly kind: 'stopped' | 'waits';
  /** The provider's code, or `ERROR_RATE`. */
  readonly code: string;
  /** Undefined: until somebody resumes it. */
  readonly until: Date | undefined;
};

/** What a stop is called that the provider did not ask for. */
export const errorRate = 'ERROR_RATE';

/** A sender as operations see it. */
export type Sender = {
  readonly id: string;
  /** 0: nobody paces it. */
  readonly ratePerSecond: number;
  readonly currentRatePerSecond: number;
  readonly stopCode: string | undefined;
  readonly stoppedAt: Date | undefined;
  readonly stoppedUntil: Date | undefined;
};
