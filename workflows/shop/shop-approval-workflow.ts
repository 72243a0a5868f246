import { isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { NoticeActivities } from '../activities/notice-activities.ts';
import type { ShopActivities } from '../activities/shop-activities.ts';
import type { ShopApprovalInput, ShopApprovalResult } from '../contracts/shop-approval.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf, refusal } from '../lib/refusals.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';

const { readApproval } = proxyActivities<ShopActivities>(activityClasses.read);
const { sendApprovalNotice } = proxyActivities<NoticeActivities>(activityClasses.notify);
const { withdrawNotice } = proxyActivities<NoticeActivities>(activityClasses.undo);

/**
 * Tells a shop's owner what an admin decided about the shop. Decisions may follow each other faster than notices: one
 * that no longer holds is not told, or taken back, so that the owner's last notice is always how the shop stands.
 */
export async function shopApprovalWorkflow(input: ShopApprovalInput): Promise<ShopApprovalResult> {
  const { shopId, decision, version } = input;
  const status = new StatusPage(`Approval of shop ${shopId}`);
  const saga = new Saga(status);
  const key = `${workflowInfo().workflowId}/notice`;

  async function assertStands(): Promise<void> {
    const { approval } = await readApproval({ shopId });
    if (approval !== decision)
      throw refusal('failed_precondition', 'SUPERSEDED', 'another decision was taken meanwhile');
  }

  try {
    status.enter('validating', { decision, version });
    await saga.run(async () => {
      await assertStands();
      status.enter('notifying');
      await saga.step(
        'notice',
        () => sendApprovalNotice({ key, shopId, decision }),
        () => withdrawNotice({ key }),
      );
      // A decision taken while the notice was on its way is told by its own workflow, perhaps before this one.
      await assertStands();
      saga.commit();
    });
    status.enter('notified');
    return { outcome: 'notified' };
  } catch (error) {
    if (reasonOf(error) !== 'SUPERSEDED') {
      status.fail(isCancellation(error) ? 'cancelled' : 'failed', reasonOf(error) ?? 'CANCELLED');
      throw error;
    }
    status.enter('superseded');
    return { outcome: 'superseded' };
  }
}
