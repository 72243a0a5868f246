import { istDay } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import { gates } from '../domain/audience/gate.ts';
import type { MemberColumns, MemberRange } from '../repositories/member-repository.ts';
import type { AudienceDeps } from './audience-deps.ts';

export type MemberPage = Pick<MemberColumns, 'ids' | 'gates'> & {
  /** WhatsApp only; empty where the gate is closed. */
  readonly phones: readonly string[];
  /** Push only, the newest device first; empty where the gate is closed. */
  readonly tokens: readonly (readonly string[])[];
};

const mostMembers = 1_000;

/**
 * Reads members with the gates of this moment. Phones and tokens are decrypted only where a gate is open; where none is
 * found the gate is closed.
 *
 * @throws DomainError `RANGE_INVALID` or `AUDIENCE_NOT_FOUND`
 */
export async function readMembers(
  { members, now }: Pick<AudienceDeps, 'members' | 'now'>,
  range: MemberRange,
): Promise<MemberPage> {
  if (range.to <= range.from || range.to - range.from > mostMembers) throw rangeInvalid();
  const { numbers, ids, gates: standing } = await members.read(range, istDay(now()));
  if (numbers.length === 0 && !(await members.exists(range.audienceId))) throw audienceNotFound();
  const open = numbers.filter((_, at) => standing[at] === gates.open);
  const found = (isThere: (number: string) => boolean) => close(standing, numbers, isThere);
  switch (range.channel) {
    case 'whatsapp': {
      const phones = await members.phones(open);
      const closed = found((number) => phones.has(number));
      return { ids, gates: closed, phones: numbers.map((number) => phones.get(number) ?? ''), tokens: [] };
    }
    case 'push': {
      const tokens = await members.tokens(open);
      const closed = found((number) => tokens.has(number));
      return { ids, gates: closed, phones: [], tokens: numbers.map((number) => tokens.get(number) ?? []) };
    }
    case 'in_app':
      return { ids, gates: standing, phones: [], tokens: [] };
  }
}

function close(standing: Uint8Array, numbers: readonly string[], isThere: (number: string) => boolean): Uint8Array {
  return standing.map((gate, at) => (gate === gates.open && !isThere(numbers[at] ?? '') ? gates.noContact : gate));
}

function rangeInvalid(): DomainError {
  const message = `read 1 to ${mostMembers} members at a time`;
  return new DomainError('invalid_argument', 'RANGE_INVALID', message, {
    fields: [{ field: 'to_seq', description: message, reason: 'range' }],
  });
}

function audienceNotFound(): DomainError {
  return new DomainError('not_found', 'AUDIENCE_NOT_FOUND', 'this audience does not exist; ask for a new quote');
}
