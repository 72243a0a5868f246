import { DomainError } from '@doffers/errors';
import type { Sender } from '../domain/sender-health.ts';
import type { Senders } from '../repositories/sender-repository.ts';

type Deps = { readonly senders: Pick<Senders, 'list' | 'resume'> };

/** All numbers and projects that messages go out from. */
export function listSenders({ senders }: Deps): Promise<readonly Sender[]> {
  return senders.list();
}

/**
 * Lets a stopped sender go on. A request that comes twice does not undo a later stop.
 *
 * @throws DomainError `SENDER_NOT_FOUND`
 */
export async function resumeSender({ senders }: Deps, senderId: string, requestId: string): Promise<Sender> {
  const sender = await senders.resume(senderId, requestId);
  if (sender === undefined) throw new DomainError('not_found', 'SENDER_NOT_FOUND', 'there is no such sender');
  return sender;
}
