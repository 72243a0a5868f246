import { DomainError } from '@doffers/errors';
import type { InboxService } from '@doffers/proto/notification/v1/inbox_service';
import type { ShopService } from '@doffers/proto/user/v1/shop_service';
import type { Client } from '@doffers/rpc';
import type { ApprovalDecision } from '../contracts/shop-approval.ts';
import { approvalNotice } from './approval-notice.ts';
import { approvalState } from './shop-activities.ts';

export type NoticeActivities = {
  /**
   * Tells a shop's owner a decision, once per key. Refused with SUPERSEDED when the shop stands otherwise by now, and
   * with VOIDED when the notice was withdrawn before it came.
   */
  sendApprovalNotice(input: { key: string; shopId: string; decision: ApprovalDecision }): Promise<void>;
  /** Takes a notice back, and fences its key when the notice has not come yet. */
  withdrawNotice(input: { key: string }): Promise<void>;
};

type Deps = {
  readonly shops: Pick<Client<typeof ShopService>, 'getShopAccess'>;
  readonly inbox: Pick<Client<typeof InboxService>, 'sendNotice' | 'withdrawNotice'>;
};

/**
 * Activities that put notices into inboxes. Names and reasons are read here, right before they are sent: what a
 * workflow is told stays in its history.
 */
export function createNoticeActivities({ shops, inbox }: Deps): NoticeActivities {
  return {
    async sendApprovalNotice({ key, shopId, decision }) {
      const { approval, approvalReason, name, ownerId } = await shops.getShopAccess({ shopId });
      if (approvalState(approval) !== decision) {
        throw new DomainError('failed_precondition', 'SUPERSEDED', 'another decision was taken meanwhile');
      }
      const notice = approvalNotice(decision, { name, reason: approvalReason });
      await inbox.sendNotice({ idempotencyKey: key, userId: ownerId, ...notice, link: `shops/${shopId}` });
    },
    async withdrawNotice({ key }) {
      await inbox.withdrawNotice({ idempotencyKey: key });
    },
  };
}
