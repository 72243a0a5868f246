import { switchedOff } from '../domain/auto-topup.ts';
import { topupNotFound } from '../domain/topup.ts';
import type { AutoTopupDeps } from './auto-topup-deps.ts';

/**
 * Ends an automatic top-up. One that was not paid stops those that would follow, until the shopkeeper sets them again: a
 * bank is not asked over and over. One that was not asked for, since nobody wanted it any more, stops nothing. Idempotent.
 *
 * @throws DomainError `TOPUP_NOT_FOUND`
 */
export async function closeAutoTopup(
  { books, inTransaction }: Pick<AutoTopupDeps, 'books' | 'inTransaction'>,
  topupId: string,
  failure: string,
): Promise<void> {
  const topup = await books.topups.find(topupId);
  if (topup === undefined) throw topupNotFound();
  await inTransaction(async ({ walletSettings }) => {
    const isOpen = await walletSettings.closeAutoTopup(topup);
    if (isOpen && failure !== '' && failure !== switchedOff) await walletSettings.stopAutoTopup(topup.shopId, failure);
  });
}
