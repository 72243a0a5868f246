import { isDue } from '../domain/auto-topup.ts';
import { topupEvent } from '../domain/events.ts';
import type { AutoTopupDeps } from './auto-topup-deps.ts';
import { newTopup } from './create-topup.ts';

const atOnce = 100;

/**
 * Opens a top-up for each wallet that fell below its threshold, is not cooling off, and has none open. The top-up, the
 * mark that it is open, and the event that has it paid are one transaction: however many watchers look, and whoever
 * dies, there is one. Answers how many were opened.
 */
export async function startAutoTopups(deps: AutoTopupDeps): Promise<number> {
  let started = 0;
  for (const shopId of await deps.books.walletSettings.listAutoTopupsDue(deps.now(), atOnce)) {
    if (await startOne(deps, shopId)) started += 1;
  }
  return started;
}

async function startOne({ inTransaction, shopAccess, newId, now }: AutoTopupDeps, shopId: string): Promise<boolean> {
  const shop = await shopAccess(shopId);
  return inTransaction(async ({ walletSettings, wallets, topups, events }) => {
    const at = now();
    const auto = (await walletSettings.lock(shopId))?.settings.autoTopup;
    const wallet = await wallets.find(shopId, at);
    if (auto === undefined || wallet === undefined || !isDue(auto, wallet, at)) return false;
    if (!shop.approved) {
      await walletSettings.stopAutoTopup(shopId, 'SHOP_NOT_APPROVED');
      return false;
    }
    const id = newId();
    const request = { shopId, requestId: `auto:${id}`, amount: auto.amount };
    const topup = await topups.createOnce(request, newTopup(id, request, { shop, now: at }));
    await walletSettings.openAutoTopup(shopId, id, at);
    await events.append(topupEvent('topup.opened', topup));
    await events.append({ topic: 'auto_topup.opened', key: id, payload: { topupId: id, shopId } });
    return true;
  });
}
