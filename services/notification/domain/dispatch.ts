import { DomainError } from '@doffers/errors';
import type { Channel } from './channel.ts';
import type { Grid } from './grid.ts';
import type { MessageText } from './inbox.ts';

export const dispatchState = { running: 1, paused: 2, stopped: 3 } as const;
export type DispatchState = keyof typeof dispatchState;

/** How a campaign is sent on one channel. Only its state and the end of its books ever change. */
export type Dispatch = Grid & {
  readonly campaignId: string;
  readonly channel: Channel;
  /** Which launch of the campaign wrote it. */
  readonly launchNo: number;
  readonly shopId: string;
  readonly audienceId: string;
  readonly contentId: string;
  /** The WhatsApp number; undefined on other channels. */
  readonly sender: { readonly id: string; readonly ratePerSecond: number } | undefined;
  readonly chargeMicros: number;
  /** Such as `10:00-21:00`. */
  readonly sendWindow: string;
  readonly state: DispatchState;
  readonly createdAt: Date;
  readonly settled: boolean;
};

/** What is said, and with which template on WhatsApp. */
export type Content = MessageText & {
  readonly whatsapp?: {
    readonly template: string;
    readonly language: string;
    readonly variables: readonly string[];
  };
};

export function dispatchNotFound(): DomainError {
  return new DomainError('not_found', 'DISPATCH_NOT_FOUND', 'this campaign has no such dispatch; prepare it first');
}

export function launchSuperseded(): DomainError {
  return new DomainError(
    'failed_precondition',
    'LAUNCH_SUPERSEDED',
    'this launch failed and another one came after it',
  );
}

/** Only a launch that failed before its first claim may be followed by another. */
export function alreadySending(): DomainError {
  return new DomainError('failed_precondition', 'ALREADY_SENDING', 'messages of an earlier launch were sent already');
}

/** The claim of a group went to somebody else. The call ends at once; the younger one goes on. */
export function superseded(): DomainError {
  return new DomainError('aborted', 'SUPERSEDED', 'a younger call has taken this range over');
}
