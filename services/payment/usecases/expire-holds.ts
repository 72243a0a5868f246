import { isPlaced, releasing, unusedUnits } from '../domain/hold.ts';
import type { HoldDeps } from './hold-deps.ts';
import { postMovement } from './post-movement.ts';

type Deps = Pick<HoldDeps, 'books' | 'inTransaction' | 'now'> & {
  /** Whether the workflow that uses the hold of this key has ended, or never was. */
  readonly isWorkflowClosed: (holdKey: string) => Promise<boolean>;
};

/**
 * Releases holds that are past their time and that nobody will close any more, because their workflow has ended without
 * doing it. A hold whose workflow runs is kept, however long a campaign takes.
 */
export async function expireHolds(
  deps: Deps,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly expired: number; readonly last: string | undefined }> {
  const keys = await deps.books.holds.listOverdue({ at: deps.now(), limit, after });
  let expired = 0;
  for (const key of keys) if ((await deps.isWorkflowClosed(key)) && (await expire(deps, key))) expired++;
  return { expired, last: keys.length < limit ? undefined : keys.at(-1) };
}

function expire({ inTransaction, now }: Deps, key: string): Promise<boolean> {
  return inTransaction(async (books) => {
    const hold = await books.holds.lock(key);
    if (hold === undefined || !isPlaced(hold) || hold.state !== 'open' || hold.expiresAt > now()) return false;
    const movement = releasing(hold, 'expired');
    await books.holds.save(movement.hold);
    await books.units.giveBack(hold.id, unusedUnits(hold));
    await postMovement(books, movement, now());
    return true;
  });
}
