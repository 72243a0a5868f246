import { type Hold, isPlaced, keyReused, releasing, type Tombstone, unusedUnits } from '../domain/hold.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

type Input = { readonly key: string; readonly shopId: string };

/**
 * Closes a hold and gives back what was not captured, included messages too. A key that was never placed is closed for good, so that a hold
 * which comes late, after its compensation, is refused.
 *
 * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when the key belongs to another shop
 */
export async function releaseHold(
  { inTransaction, newId, now }: Pick<HoldDeps, 'inTransaction' | 'newId' | 'now'>,
  { key, shopId }: Input,
): Promise<Hold | Tombstone> {
  const tombstone: Tombstone = { id: newId(), key, shopId, state: 'void', createdAt: now() };
  return inTransaction(async (books) => {
    let found = await books.holds.lock(key);
    if (found === undefined) {
      if (await books.holds.insert(tombstone)) return tombstone;
      found = await books.holds.lock(key); // placed a moment ago
    }
    if (found?.shopId !== shopId) throw keyReused();
    if (!isPlaced(found) || found.state !== 'open') return found;
    const movement = releasing(found);
    await books.holds.save(movement.hold);
    await books.units.giveBack(found.id, unusedUnits(found));
    await postMovement(books, movement, now());
    return movement.hold;
  });
}
