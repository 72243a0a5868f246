import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { create } from '@bufbuild/protobuf';
import {
  InboxMessageSchema,
  type SendNoticeRequest,
  type WithdrawNoticeRequest,
  WithdrawNoticeResponseSchema,
} from '@doffers/proto/notification/v1/inbox_service';
import { Shop_Approval, ShopAccessSchema } from '@doffers/proto/user/v1/shop_service';
import { createNoticeActivities } from './notice-activities.ts';
import { createShopActivities } from './shop-activities.ts';

const shopId = '0193a5c0-0000-7000-8000-000000000001';
const ownerId = '0193a5c0-0000-7000-8000-000000000002';

function activitiesFor(approval: Shop_Approval) {
  const sent: Partial<SendNoticeRequest>[] = [];
  const withdrawn: Partial<WithdrawNoticeRequest>[] = [];
  const shops = {
    getShopAccess: async () =>
      create(ShopAccessSchema, {
        shopId,
        ownerId,
        approval,
        name: 'Asha Stores',
        approvalReason: 'no sign at the door',
      }),
  };
  const inbox = {
    sendNotice: async (request: Partial<SendNoticeRequest>) => {
      sent.push(request);
      return create(InboxMessageSchema);
    },
    withdrawNotice: async (request: Partial<WithdrawNoticeRequest>) => {
      withdrawn.push(request);
      return create(WithdrawNoticeResponseSchema);
    },
  };
  const activities = { ...createShopActivities(shops), ...createNoticeActivities({ shops, inbox }) };
  return { activities, sent, withdrawn };
}

describe('the activities of an approval', () => {
  it('send the notice to the owner under the key that the workflow chose', async () => {
    const { activities, sent } = activitiesFor(Shop_Approval.REJECTED);
    await activities.sendApprovalNotice({ key: 'w/notice', shopId, decision: 'rejected' });
    const [notice] = sent;
    assert.deepEqual([notice?.idempotencyKey, notice?.userId, notice?.link], ['w/notice', ownerId, `shops/${shopId}`]);
    assert.match(notice?.body ?? '', /no sign at the door/);
  });

  it('do not tell a decision that no longer holds', async () => {
    const { activities, sent } = activitiesFor(Shop_Approval.SUSPENDED);
    await assert.rejects(activities.sendApprovalNotice({ key: 'k', shopId, decision: 'approved' }), {
      reason: 'SUPERSEDED',
    });
    assert.deepEqual(sent, []);
  });

  it('take a notice back by the same key', async () => {
    const { activities, withdrawn } = activitiesFor(Shop_Approval.APPROVED);
    await activities.withdrawNotice({ key: 'w/notice' });
    assert.deepEqual(withdrawn, [{ idempotencyKey: 'w/notice' }]);
  });

  it('say how a shop stands', async () => {
    for (const [approval, state] of [
      [Shop_Approval.PENDING, 'pending'],
      [Shop_Approval.APPROVED, 'approved'],
      [Shop_Approval.REJECTED, 'rejected'],
      [Shop_Approval.SUSPENDED, 'suspended'],
    ] as const) {
      assert.deepEqual(await activitiesFor(approval).activities.readApproval({ shopId }), { approval: state });
    }
  });

  it('are retried, not guessed, for a state that this version does not know', async () => {
    const unknown = activitiesFor(Shop_Approval.APPROVAL_UNSPECIFIED).activities;
    await assert.rejects(unknown.readApproval({ shopId }), { name: 'Error' });
  });
});
