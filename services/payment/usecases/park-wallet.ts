import type { Books } from '../repositories/books.ts';

type Deps = {
  /** The books within the transaction that records why. */
  readonly books: Pick<Books, 'walletStatus'>;
  readonly newId: () => string;
  readonly now: () => Date;
};

type Input = { readonly shopId: string; readonly reason: string };

/** Parks a wallet that reconciliation cannot explain. Idempotent; answers whether it was not parked before. */
export function parkWallet({ books, newId, now }: Deps, { shopId, reason }: Input): Promise<boolean> {
  return books.walletStatus.apply({
    id: newId(),
    shopId,
    deed: 'park',
    reason,
    actorId: undefined,
    createdAt: now(),
  });
}

/** Lets a wallet spend again after its breaks are resolved. Idempotent; answers whether it was parked before. */
export function unparkWallet(
  { books, newId, now }: Deps,
  { shopId, reason, actorId }: Input & { readonly actorId: string | undefined },
): Promise<boolean> {
  return books.walletStatus.apply({ id: newId(), shopId, deed: 'unpark', reason, actorId, createdAt: now() });
}
