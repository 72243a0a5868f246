import { DomainError } from '@doffers/errors';
import type { Paise } from '@doffers/money';
import { channels } from './message-units.ts';
import { type Pack, packNotFound } from './pack.ts';

/** A pack as it stood from one change to the next. Versions are never changed: what an admin does makes the next one. */
export type PackVersion = {
  readonly pack: Pack;
  readonly version: number;
  readonly onSale: boolean;
  /** Undefined for the packs that the platform began with. */
  readonly actorId: string | undefined;
  readonly createdAt: Date;
};

/** What an admin asks for. */
export type PackCommand =
  | { readonly deed: 'create'; readonly requestId: string; readonly pack: Pack }
  | {
      readonly deed: 'reprice';
      readonly requestId: string;
      readonly packId: string;
      readonly etag: string;
      readonly price: Paise;
    }
  | { readonly deed: 'retire'; readonly requestId: string; readonly packId: string; readonly etag: string };

/**
 * What a command makes of a pack.
 *
 * @throws DomainError `PACK_EXISTS`, `PACK_EMPTY`, `PACK_NOT_FOUND`, `PACK_RETIRED`
 */
export function changedPack(
  current: PackVersion | undefined,
  command: PackCommand,
): Pick<PackVersion, 'pack' | 'version' | 'onSale'> {
  if (command.deed === 'create') {
    if (current !== undefined) throw packExists();
    if (isEmpty(command.pack)) throw packEmpty();
    return { pack: command.pack, version: 1, onSale: true };
  }
  if (current === undefined) throw packNotFound();
  if (!current.onSale) throw packRetired();
  const next = { pack: current.pack, version: current.version + 1 };
  if (command.deed === 'retire') return { ...next, onSale: false };
  return { ...next, pack: { ...current.pack, price: command.price }, onSale: true };
}

const isEmpty = ({ offers, messages }: Pack) => offers === 0 && channels.every((channel) => !messages[channel]);

/** Also what the loser of two that create the same pack at once is told. */
export function packExists(): DomainError {
  return new DomainError('already_exists', 'PACK_EXISTS', 'there is a pack of this id: choose another one');
}

function packEmpty(): DomainError {
  return new DomainError('invalid_argument', 'PACK_EMPTY', 'give the pack offers, or messages on a channel');
}

function packRetired(): DomainError {
  return new DomainError('failed_precondition', 'PACK_RETIRED', 'this pack is retired: create a new one');
}
