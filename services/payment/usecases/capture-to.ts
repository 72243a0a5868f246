import { capturing, type Hold, holdNotFound, isPlaced, voided } from '../domain/hold.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

/**
 * Captures up to cumulative quantities of a hold's lines.
 *
 * @throws DomainError `HOLD_NOT_FOUND`, `VOIDED`, `LINE_UNKNOWN`, `EXCEEDS_HOLD`, `HOLD_CLOSED`
 */
export function captureTo(
  { inTransaction, now }: Pick<HoldDeps, 'inTransaction' | 'now'>,
  { key, quantities }: { readonly key: string; readonly quantities: ReadonlyMap<string, number> },
): Promise<Hold> {
  return inTransaction(async (books) => {
    const hold = await books.holds.lock(key);
    if (hold === undefined || hold.state === 'refused') throw holdNotFound();
    if (!isPlaced(hold)) throw voided();
    const movement = capturing(hold, quantities);
    if (movement === undefined) return hold;
    await books.holds.save(movement.hold);
    await postMovement(books, movement, now());
    return movement.hold;
  });
}
