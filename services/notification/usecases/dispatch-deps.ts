import type { ReadMembers } from '../clients/members.ts';
import type { DispatchRepository } from '../repositories/dispatch-repository.ts';
import type { Ledger } from '../repositories/ledger.ts';
import type { Senders } from '../repositories/sender-repository.ts';
import type { TemplateStandings } from '../repositories/template-standings.ts';
import type { SendGroup } from './send-group.ts';
import type { Turns } from './turns.ts';

/** Where a process may be made to die, or a test may throw, to see what a crash there costs. */
export type CrashPoint = 'before-claim' | 'after-claim' | 'after-send-before-close' | 'after-close';

/** What dispatch needs from outside. */
export type DispatchDeps = {
  readonly dispatches: DispatchRepository;
  readonly ledger: Ledger;
  readonly senders: Senders;
  readonly templates: TemplateStandings;
  /** How long a sender stands still after its circuit breaker opened. */
  readonly coolDownMs: number;
  readonly readMembers: ReadMembers;
  readonly send: Readonly<Record<'whatsapp' | 'push', SendGroup>>;
  readonly turns: Turns;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  readonly now: () => Date;
  readonly reached: (point: CrashPoint) => void;
  /** Whether `user` counts what a customer got. */
  readonly recordReach: boolean;
};
