import type { MessageShape } from '@bufbuild/protobuf';
import type { ShopAccessSchema, ShopService } from '@doffers/proto/user/v1/shop_service';
import { currentCall, runInCall } from './call-context.ts';
import type { Client } from './client.ts';

/** Who owns a shop and whether it is approved. */
export type ShopAccess = MessageShape<typeof ShopAccessSchema>;

const freshMs = 2_000;
const rememberedShops = 5_000;

/**
 * Looks up who may act for a shop. Answers are at most two seconds old, so that a suspension takes effect at once for
 * a person and a busy shop does not cost a call per request; callers that ask at the same time share one call.
 * @throws DomainError SHOP_NOT_FOUND
 */
export function createShopAccess(
  users: Pick<Client<typeof ShopService>, 'getShopAccess'>,
): (shopId: string) => Promise<ShopAccess> {
  const remembered = new Map<string, { answer: Promise<ShopAccess>; until: number }>();

  function ask(shopId: string): Promise<ShopAccess> {
    // Detached from the call that happens to ask first: its cancellation must not fail the others that wait.
    const requestId = currentCall()?.requestId;
    const answer = runInCall(requestId === undefined ? {} : { requestId }, () => users.getShopAccess({ shopId }));
    remembered.set(shopId, { answer, until: Date.now() + freshMs });
    answer.catch(() => remembered.delete(shopId)); // a failure is never remembered
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
