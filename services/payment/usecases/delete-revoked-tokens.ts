import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { forAll } from './for-all.ts';

type Deps = Pick<AutoTopupDeps, 'books' | 'gateway' | 'now'>;

const atOnce = 100;

/**
 * Deletes at the gateway what was taken back here, of one shop or of all: also what was paid, and so made known, only
 * after it had been taken back. A token is noted as deleted after it is gone, so whoever dies, none is left there.
 *
 * @throws AggregateError with what failed; the others are deleted
 */
export async function deleteRevokedTokens({ books, gateway, now }: Deps, shopId?: string): Promise<void> {
  const mandates = await books.mandates.listUndeleted({ limit: atOnce, ...(shopId !== undefined && { shopId }) });
  await forAll(mandates, async ({ topupId, customerId, tokenId }) => {
    await gateway.deleteToken({ customerId, tokenId });
    await books.mandates.noteDeleted(topupId, now());
  });
}
