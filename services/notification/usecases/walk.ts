import { isWithinSendWindow, nextSendTime, parseSendWindow } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import type { Tally } from '../domain/delivery.ts';
import { type Content, type Dispatch, superseded } from '../domain/dispatch.ts';
import type { Range } from '../domain/grid.ts';
import type { KnownGroup } from '../repositories/ledger.ts';
import type { DispatchDeps } from './dispatch-deps.ts';
import type { Member } from './member-pages.ts';

export type Halt = 'budget' | 'paused' | 'stopped' | 'window' | 'sender' | 'throttled' | 'template';

/** Why a call ends before its range does. */
export type Halted = {
  readonly halt: Halt;
  readonly resumeAt?: Date;
  /** What holds it up, in the provider's word. */
  readonly code?: string;
};

/** What just happened: a group that is closed now, or why the call ends before its range does. */
export type ChunkEvent = {
  readonly nextSeq: number;
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly retry: number;
} & Partial<Halted>;

/** One call on its way through a range. */
export type Walk = {
  readonly deps: DispatchDeps;
  readonly dispatch: Dispatch;
  readonly content: Content;
  readonly range: Range;
  readonly pass: number;
  readonly token: bigint;
  readonly budgetMs: number;
  readonly signals: readonly AbortSignal[];
  /** Adapts to how long claims take. */
  readonly lead: { ms: number };
};

/** What became of one group: it counts, or the call ends here. */
export type Step = { readonly tally: Tally } | (Halted & { readonly tally?: Tally });

/** One group, and what was known of it when the call began. */
export type Visit = {
  readonly group: Range;
  readonly known: KnownGroup | undefined;
  readonly members: (group: Range) => Promise<readonly Member[]>;
  readonly signal: AbortSignal;
};

export function throwIfEnded([cancelled, taken]: readonly AbortSignal[]): void {
  if (taken?.aborted) throw superseded();
  if (cancelled?.aborted) {
    if (cancelled.reason instanceof DomainError) throw cancelled.reason;
    throw new DomainError('cancelled', 'CANCELLED', 'the call was cancelled', { cause: cancelled.reason });
  }
}

export function outsideWindow({ dispatch }: Walk, at: Date): Halted | undefined {
  const window = parseSendWindow(dispatch.sendWindow);
  return isWithinSendWindow(window, at) ? undefined : { halt: 'window', resumeAt: nextSendTime(window, at) };
}

export async function notRunning({ dispatches }: DispatchDeps, { campaignId, channel }: Dispatch): Promise<Halted> {
  const current = await dispatches.find(campaignId, channel);
  return { halt: current?.state === 'paused' ? 'paused' : 'stopped' };
}
