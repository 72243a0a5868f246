import { type Actor, actorOf } from '@doffers/ownership';
import { type CallContext, requireUser } from '@doffers/rpc';

/** The person behind a call. @throws DomainError for a call without one */
export function actorIn(context: Pick<CallContext, 'caller'>): Actor {
  return actorOf(requireUser(context));
}
