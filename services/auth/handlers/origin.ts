import type { CallContext } from '@doffers/rpc';
import type { Origin } from '../usecases/deps.ts';

/** Where a call comes from. An unknown address is an address too: a missing value must not switch a limit off. */
export function originOf(context: Pick<CallContext, 'clientAddress' | 'metadata'>): Origin {
  return { clientAddress: context.clientAddress ?? 'unknown', userAgent: context.metadata('user-agent') ?? '' };
}
