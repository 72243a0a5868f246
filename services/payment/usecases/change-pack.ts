import type { Actor } from '@doffers/ownership';
import { assertEtag } from '@doffers/resource';
import { changedPack, type PackCommand, type PackVersion } from '../domain/pack-version.ts';
import type { Books } from '../repositories/books.ts';

type CatalogueBooks = Pick<Books, 'catalogue' | 'commands'>;

/** What the use cases of the catalogue need from outside. */
export type CatalogueDeps = {
  readonly books: CatalogueBooks;
  readonly inTransaction: <T>(work: (books: CatalogueBooks) => Promise<T>) => Promise<T>;
  readonly now: () => Date;
};

/**
 * Creates, prices or retires a pack, once per request id of an admin. The version that results is kept for good, with
 * who made it.
 *
 * @throws DomainError `PACK_EXISTS`, `PACK_EMPTY`, `PACK_NOT_FOUND`, `PACK_RETIRED`, `ETAG_MISMATCH`,
 * `IDEMPOTENCY_KEY_REUSED`
 */
export function changePack(
  { inTransaction, now }: CatalogueDeps,
  admin: Pick<Actor, 'userId'>,
  command: PackCommand,
): Promise<PackVersion> {
  const packId = command.deed === 'create' ? command.pack.id : command.packId;
  return inTransaction(({ catalogue, commands }) =>
    commands.once({ scope: `pack.${command.deed}/${admin.userId}`, request: command }, async () => {
      const current = await catalogue.lock(packId);
      if (current !== undefined && command.deed !== 'create') assertEtag(current.version, command.etag);
      const changed = changedPack(current, command);
      const version = { ...changed, actorId: admin.userId, createdAt: now() };
      await catalogue.save(version);
      return version;
    }),
  );
}
