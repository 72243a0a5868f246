import { DomainError } from '@doffers/errors';
import { parsePhone } from '../domain/phone.ts';
import type { LastCode } from '../repositories/last-code-repository.ts';
import type { Deps } from './deps.ts';

/**
 * The last code that was made for a number, so that tests and developers need no phone. In production there is nothing
 * to ask.
 *
 * @throws DomainError `NOT_IN_SANDBOX`, `OTP_NOT_FOUND` or `PHONE_INVALID`
 */
export async function getLastOtp({ lastCodes }: Pick<Deps, 'lastCodes'>, text: string): Promise<LastCode> {
  if (lastCodes === undefined) throw new DomainError('not_found', 'NOT_IN_SANDBOX', 'there is nothing here');
  const last = await lastCodes.find(parsePhone(text));
  if (last === undefined) throw new DomainError('not_found', 'OTP_NOT_FOUND', 'no code was sent to this number lately');
  return last;
}
