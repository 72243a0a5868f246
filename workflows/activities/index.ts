import type { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import type { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import { createNoticeActivities, type NoticeActivities } from './notice-activities.ts';
import { createShopActivities, type ShopActivities } from './shop-activities.ts';

export type Activities = ShopActivities & NoticeActivities;

/** The services that activities call. */
export type ActivityClients = {
  readonly shops: Pick<Client<typeof ShopService>, 'getShopAccess'>;
  readonly inbox: Pick<Client<typeof InboxService>, 'sendNotice' | 'withdrawNotice'>;
};

/**
 * All activities. Every activity worker carries all of them: the queue that a workflow picks decides only which slots
 * they take, so none can be scheduled where nobody knows it.
 */
export function createActivities({ shops, inbox }: ActivityClients): Activities {
  return { ...createShopActivities(shops), ...createNoticeActivities({ shops, inbox }) };
}
