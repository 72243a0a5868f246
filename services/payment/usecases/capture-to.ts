import { DomainError } from '@doffers/errors';
import { capturing, type Hold, holdNotFound, isPlaced, voided } from '../domain/hold.ts';
import type { Books } from '../repositories/books.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

type Deps = Pick<HoldDeps, 'inTransaction' | 'now'> & { readonly books: Pick<Books, 'breaks'> };
type Input = { readonly key: string; readonly quantities: ReadonlyMap<string, number> };

/**
 * Captures up to cumulative quantities of a hold's lines. What comes after the hold was closed costs the platform and not
 * the shop: it is recorded for reconciliation, and moves nothing.
 *
 * @throws DomainError `HOLD_NOT_FOUND`, `VOIDED`, `LINE_UNKNOWN`, `EXCEEDS_HOLD`, `HOLD_CLOSED`, `HOLD_EXPIRED`
 */
export async function captureTo(deps: Deps, input: Input): Promise<Hold> {
  try {
    return await capture(deps, input);
  } catch (error) {
    if (isLate(error)) {
      const about = { id: input.key, captured: Object.fromEntries(input.quantities) };
      await deps.books.breaks.record('late_capture', about, deps.now());
    }
    throw error;
  }
}

const isLate = (error: unknown) =>
  error instanceof DomainError && (error.reason === 'HOLD_CLOSED' || error.reason === 'HOLD_EXPIRED');

function capture({ inTransaction, now }: Deps, { key, quantities }: Input): Promise<Hold> {
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
