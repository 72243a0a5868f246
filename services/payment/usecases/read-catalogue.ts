import { packNotFound } from '../domain/pack.ts';
import type { PackVersion } from '../domain/pack-version.ts';
import type { CatalogueDeps } from './change-pack.ts';

/** Lists all packs as they stand, retired ones too. */
export function listCatalogue({ books }: Pick<CatalogueDeps, 'books'>): Promise<readonly PackVersion[]> {
  return books.catalogue.list();
}

/**
 * Lists the versions of a pack, newest first.
 *
 * @throws DomainError `PACK_NOT_FOUND`
 */
export async function listPackVersions(
  { books }: Pick<CatalogueDeps, 'books'>,
  packId: string,
): Promise<readonly PackVersion[]> {
  const versions = await books.catalogue.versions(packId);
  if (versions.length === 0) throw packNotFound();
  return versions;
}
