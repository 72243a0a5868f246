import type { ReadShopAccess, ShopAccess } from '@doffers/ownership';
import { Shop_Approval, type ShopService } from '@doffers/proto/user/v1/shop_service';
import { currentCall, runInCall } from './call-context.ts';
import type { Client } from './client.ts';

const freshMs = 2_000;
const rememberedShops = 5_000;

/**
 * Asks the user service who may act for a shop. An approved shop is remembered for two seconds, so that a suspension takes
 * effect at once for a person while a busy shop does not cost a call per request. Any other shop is asked about anew: who
 * was just told of the approval may use it. Who asks at the same time shares one call.
 * @throws DomainError SHOP_NOT_FOUND
 */
export function createShopAccess(shops: Pick<Client<typeof ShopService>, 'getShopAccess'>): ReadShopAccess {
  const remembered = new Map<string, { answer: Promise<ShopAccess>; until: number }>();

  async function read(shopId: string): Promise<ShopAccess> {
    const { ownerId, approval, name, pincode, state, gstin, address } = await shops.getShopAccess({ shopId });
    return { shopId, ownerId, approved: approval === Shop_Approval.APPROVED, name, pincode, state, gstin, address };
  }

  function ask(shopId: string): Promise<ShopAccess> {
    // Detached from the call that happens to ask first: its cancellation must not fail the others that wait.
    const requestId = currentCall()?.requestId;
    const answer = runInCall(requestId === undefined ? {} : { requestId }, () => read(shopId));
    remembered.set(shopId, { answer, until: Date.now() + freshMs });
    const forget = () => {
      if (remembered.get(shopId)?.answer === answer) remembered.delete(shopId);
    };
    answer.then(({ approved }) => approved || forget(), forget);
    return answer;
  }

  return (shopId) => {
    const known = remembered.get(shopId);
    if (known !== undefined && known.until > Date.now()) return known.answer;
    remembered.delete(shopId); // so that the map stays in the order of age
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= rememberedShops) remembered.delete(oldest);
    return ask(shopId);
  };
}
