/** Why a message will never reach this person, or this campaign anybody, on WhatsApp. */
export type FailureClass =
  /** Not on WhatsApp, or an app too old: leave the channel alone for a month. */
  | 'unreachable'
  /** Meta's own cap of marketing per person: no marketing to them for a day. */
  | 'capped'
  /** They stopped marketing messages: an opt-out. */
  | 'opted_out'
  /** In one of Meta's experiment groups. */
  | 'experiment'
  /** A free text outside the 24 hours after their last message. */
  | 'window_closed'
  /** Anything else that Meta refuses for good. */
  | 'rejected';

/** How far a wait reaches: every message of the number, or those to one person. */
export type RetryScope = 'sender' | 'recipient';

export type Verdict =
  | { readonly kind: 'retry'; readonly scope: RetryScope }
  | { readonly kind: 'failed'; readonly class: FailureClass }
  | { readonly kind: 'stop_sender' }
  | { readonly kind: 'pause_campaign' };

const retrySender: Verdict = { kind: 'retry', scope: 'sender' };
const stop: Verdict = { kind: 'stop_sender' };
const pause: Verdict = { kind: 'pause_campaign' };
const failed = (reason: FailureClass): Verdict => ({ kind: 'failed', class: reason });

const verdicts: ReadonlyMap<number, Verdict> = new Map([
  // Rates and outages, each an explicit "not accepted".
  ...[1, 2, 4, 80007, 130429, 131000, 131016, 131057].map((code) => [code, retrySender] as const),
  [131056, { kind: 'retry', scope: 'recipient' }],
  // The person.
  ...[131021, 131026, 131030].map((code) => [code, failed('unreachable')] as const),
  [131049, failed('capped')],
  [131050, failed('opted_out')],
  [130472, failed('experiment')],
  [131047, failed('window_closed')],
  // The campaign: its template and values are the same for everybody.
  ...[132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018].map((code) => [code, pause] as const),
  // The number, the account or the token: whoever is next would be refused too. 131048 is no slow-down.
  ...[0, 3, 10, 33, 190, 368, 131005, 131031, 131037, 131042, 131045, 131048, 131064, 133010].map(
    (code) => [code, stop] as const,
  ),
]);

/** Subcode of an invalid parameter: the number id in the path does not exist, or is no longer ours. */
const objectGone = 33;

/**
 * What an error of the Cloud API means for the sender of campaigns. Codes decide, titles never do; a code that is not
 * listed is judged by its family or by the status it came with.
 */
export function judgeError(code: number, status: number, subcode?: number): Verdict {
  if (code === 100 && subcode === objectGone) return stop;
  const known = verdicts.get(code);
  if (known) return known;
  if ((code >= 200 && code < 300) || status === 401 || status === 403) return stop;
  if (status === 429 || status >= 500) return retrySender;
  return failed('rejected');
}
