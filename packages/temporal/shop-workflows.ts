import {
  type ShopApprovalInput,
  type ShopApprovalWorkflow,
  searchAttributes,
  shopApprovalWorkflow,
  taskQueues,
  workflowIds,
} from '@doffers/workflows/contracts';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

export type ShopWorkflows = {
  /**
   * Sees to it that the owner is told a decision. Once per shop and version, however often it is called: give it to an
   * outbox relay. The reason is not asked for; the user service tells it when the notice is written.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  approvalChanged(input: ShopApprovalInput): Promise<void>;
};

/** Starts the workflows about shops. */
export function createShopWorkflows({ workflow }: Pick<Client, 'workflow'>): ShopWorkflows {
  return {
    async approvalChanged({ shopId, decision, version }) {
      try {
        await workflow.start<ShopApprovalWorkflow>(shopApprovalWorkflow, {
          workflowId: workflowIds.shopApproval(shopId, version),
          taskQueue: taskQueues.workflow,
          args: [{ shopId, decision, version }],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: `shop ${shopId}: ${decision}`,
          typedSearchAttributes: [
            { key: searchAttributes.shopId, value: shopId },
            { key: searchAttributes.entityId, value: shopId },
          ],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
  };
}
