import type { Pack } from '../domain/pack.ts';
import type { PackDeps } from './pack-deps.ts';

/** Lists the packs that are on sale, smallest first. */
export function listPacks({ books }: Pick<PackDeps, 'books'>): Promise<readonly Pack[]> {
  return books.packs.listOnSale();
}
