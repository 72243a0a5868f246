import { isDue } from '../domain/auto-topup.ts';
import { topupEvent } from '../domain/events.ts';
import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { newTopup } from './create-topup.ts';
import { forAll } from './for-all.ts';

const atOnce = 100;

/**
 * Opens a top-up for each wallet that fell below its threshold or cannot pay its subscription, is not cooling off, and
 * has none open. The top-up, the mark that it is open, and the event that has it paid are one transaction: however many
 * watchers look, and whoever dies, there is one.
 *
 * @throws AggregateError with what failed for some shops; the others had their turn
 */
export async function startAutoTopups(deps: AutoTopupDeps): Promise<void> {
  const due = await deps.books.walletSettings.listAutoTopupsDue(deps.now(), atOnce);
  await forAll(due, (shopId) => startOne(deps, shopId));
}

async function startOne({ inTransaction, shopAccess, newId, now }: AutoTopupDeps, shopId: string): Promise<void> {
  const shop = await shopAccess(shopId);
  await inTransaction(async ({ walletSettings, wallets, bills, topups, events }) => {
    const at = now();
    const auto = (await walletSettings.lock(shopId))?.settings.autoTopup;
    const wallet = await wallets.find(shopId, at);
    if (auto === undefined || wallet === undefined || !isDue(auto, wallet, await bills.owed(shopId), at)) return;
    if (!shop.approved) return walletSettings.stopAutoTopup(shopId, 'SHOP_NOT_APPROVED');
    const id = newId();
    const request = { shopId, requestId: `auto:${id}`, amount: auto.amount };
    const topup = await topups.createOnce(request, newTopup(id, request, { shop, now: at }));
    await walletSettings.openAutoTopup(shopId, id, at);
    await events.append(topupEvent('topup.opened', topup));
    await events.append({ topic: 'auto_topup.opened', key: id, payload: { topupId: id, shopId } });
  });
}
