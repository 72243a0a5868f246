import {
  type AutoTopupInput,
  type AutoTopupWorkflow,
  autoTopupWorkflow,
  searchAttributes,
  taskQueues,
  type WalletLowInput,
  type WalletLowWorkflow,
  walletLowWorkflow,
  workflowIds,
} from '@doffers/workflows/contracts';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

export type WalletWorkflows = {
  /** Has the owner of a low wallet told, once. Give it to an outbox relay. @throws DomainError WORKFLOWS_UNAVAILABLE */
  low(wallet: WalletLowInput): Promise<void>;
  /** Has an automatic top-up paid, once. Give it to an outbox relay. @throws DomainError WORKFLOWS_UNAVAILABLE */
  autoTopupOpened(topup: AutoTopupInput): Promise<void>;
};

/** Starts the workflows of wallets that need somebody's attention. */
export function createWalletWorkflows({ workflow }: Pick<Client, 'workflow'>): WalletWorkflows {
  return {
    async low(wallet) {
      const { shopId, crossing } = wallet;
      try {
        await workflow.start<WalletLowWorkflow>(walletLowWorkflow, {
          workflowId: workflowIds.walletLow(shopId, crossing),
          taskQueue: taskQueues.workflow,
          args: [wallet],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: [{ key: searchAttributes.shopId, value: shopId }],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
    async autoTopupOpened(topup) {
      const { topupId, shopId } = topup;
      try {
        await workflow.start<AutoTopupWorkflow>(autoTopupWorkflow, {
          workflowId: workflowIds.autoTopup(topupId),
          taskQueue: taskQueues.workflow,
          args: [topup],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: [
            { key: searchAttributes.shopId, value: shopId },
            { key: searchAttributes.entityId, value: topupId },
          ],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
  };
}
