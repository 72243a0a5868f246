import type { Actor } from '@doffers/ownership';
import { type Break, breakNotFound, breakResolved, type ReconciliationRun } from '../domain/reconciliation.ts';
import { unparkWallet } from './park-wallet.ts';
import type { ReconcileDeps } from './reconcile.ts';

/**
 * Closes a break with what a person found. The wallet it parked may spend again when no other break of it is open.
 *
 * @throws DomainError `BREAK_NOT_FOUND`, `BREAK_RESOLVED`, `IDEMPOTENCY_KEY_REUSED`
 */
export function resolveBreak(
  { inTransaction, newId, now }: Pick<ReconcileDeps, 'inTransaction' | 'newId' | 'now'>,
  { userId: actorId }: Pick<Actor, 'userId'>,
  command: { readonly breakId: string; readonly requestId: string; readonly note: string },
): Promise<Break> {
  return inTransaction((books) =>
    books.commands.once({ scope: `recon.resolve/${actorId}`, request: command }, async () => {
      const { reconciliation, wallets } = books;
      const shop = (await reconciliation.findBreak(command.breakId))?.shopId;
      if (shop !== undefined) await wallets.lock(shop);
      const found = await reconciliation.lockBreak(command.breakId);
      if (found === undefined) throw breakNotFound();
      if (found.resolution !== undefined) throw breakResolved();
      const resolution = { at: now(), actorId, note: command.note };
      await reconciliation.resolve(found.id, resolution);
      const { shopId } = found;
      if (shopId !== undefined && !(await reconciliation.hasOpenBreaks(shopId))) {
        await unparkWallet({ books, newId, now }, { shopId, actorId, reason: command.note });
      }
      return { ...found, resolution };
    }),
  );
}

/** Lists breaks, newest first. */
export function listBreaks(
  { books }: Pick<ReconcileDeps, 'books'>,
  query: { readonly includeResolved: boolean },
): Promise<readonly Break[]> {
  return books.reconciliation.listBreaks(query);
}

/** Lists the latest runs, newest first. */
export function listRuns({ books }: Pick<ReconcileDeps, 'books'>): Promise<readonly ReconciliationRun[]> {
  return books.reconciliation.listRuns();
}
