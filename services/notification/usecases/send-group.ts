import type { DeliveryState, Outcome } from '../domain/delivery.ts';
import type { Content, Dispatch } from '../domain/dispatch.ts';
import type { Slots } from '../domain/pacing.ts';
import { noContact, reasonOf } from '../domain/reason.ts';
import { lastPass, retryDelayMs } from '../domain/retry.ts';
import type { Member } from './member-pages.ts';

/** A contact point that will not work any more, for `user` to know. */
export type Unreachable = {
  readonly customer: string;
  readonly token?: string;
  readonly code: string;
  readonly optedOut?: boolean;
};

/** What became of a group's members, and what the provider said about the sender. */
export type Sent = {
  readonly outcomes: readonly Outcome[];
  readonly unreachable: readonly Unreachable[];
  /** One for each message that was tried. */
  readonly answers: readonly ProviderAnswer[];
};

export type SendGroup = (group: {
  readonly dispatch: Dispatch;
  readonly content: Content;
  readonly pass: number;
  /** Members with an open gate. */
  readonly members: readonly Member[];
  /** The first slots; only paced channels have some. */
  readonly slots: Slots | undefined;
  readonly now: () => Date;
}) => Promise<Sent>;

/** What a provider answered, whichever it is. */
export type ProviderAnswer =
  | { readonly kind: 'accepted'; readonly providerId: string }
  | {
      readonly kind: 'retry';
      readonly code: string | number;
      readonly scope?: 'sender' | 'recipient';
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'failed'; readonly code: string | number }
  | { readonly kind: 'stop_sender' | 'pause_campaign'; readonly code: string | number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What an answer means for the delivery. An explicit refusal for now waits for the next pass, after the last it failed. */
export function outcomeOf(
  { seq, customer }: Pick<Member, 'seq' | 'customer'>,
  answer: ProviderAnswer,
  {
    pass,
    now,
    resend,
  }: { readonly pass: number; readonly now: Date /** Whether a copy does no harm. */; readonly resend: boolean },
): Outcome {
  const who = { seq, customer };
  const again = (code: string | number, delay: Parameters<typeof retryDelayMs>[1], last: DeliveryState): Outcome => {
    if (pass >= lastPass) return { ...who, state: last, ...reasonOf(code) };
    return {
      ...who,
      state: 'retry',
      ...reasonOf(code),
      notBefore: new Date(now.getTime() + retryDelayMs(pass, delay)),
    };
  };
  switch (answer.kind) {
    case 'accepted':
      return { ...who, state: 'accepted', reason: 0, providerId: answer.providerId };
    case 'failed':
      return { ...who, state: 'failed', ...reasonOf(answer.code) };
    case 'retry':
      return again(answer.code, { scope: answer.scope ?? 'sender', retryAfterMs: answer.retryAfterMs }, 'failed');
    case 'stop_sender':
    case 'pause_campaign':
      return again(answer.code, { scope: 'sender' }, 'failed');
    case 'unknown':
      if (resend) return again(answer.reason, { scope: 'sender' }, 'unknown');
      return { ...who, state: 'unknown', ...reasonOf(answer.reason) };
  }
}

/** A member whose gate is closed. */
export const suppressed = ({ seq, customer, gate }: Member): Outcome => ({
  seq,
  customer,
  state: 'suppressed',
  reason: gate,
});

/** A member who is eligible but has nothing to be reached by, such as a device that was removed this minute. */
export const withoutContact = (member: Member): Outcome => suppressed({ ...member, gate: noContact });
