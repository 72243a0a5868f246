import {
  creditedSignal,
  type PackPurchaseInput,
  type PackPurchaseResult,
  type PackPurchaseWorkflow,
  packPurchaseWorkflow,
  searchAttributes,
  type TopupInput,
  type TopupWorkflow,
  taskQueues,
  topupWorkflow,
  workflowIds,
} from '@doffers/workflows/contracts';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

export type PackWorkflows = {
  /**
   * Sees to it that a purchase is carried out, once. Give it to an outbox relay.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  purchasePlaced(input: PackPurchaseInput): Promise<void>;
  /**
   * Waits for the end of a placed purchase.
   * @throws DomainError INSUFFICIENT_FUNDS, and what else a step is refused with; WORKFLOWS_UNAVAILABLE
   */
  purchased(input: Pick<PackPurchaseInput, 'purchaseId'>): Promise<PackPurchaseResult>;
};

/** Starts the workflows of pack purchases. */
export function createPackWorkflows({ workflow }: Pick<Client, 'workflow'>): PackWorkflows {
  return {
    async purchasePlaced(input) {
      const { purchaseId, shopId } = input;
      try {
        await workflow.start<PackPurchaseWorkflow>(packPurchaseWorkflow, {
          workflowId: workflowIds.packPurchase(purchaseId),
          taskQueue: taskQueues.workflow,
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: attributes(shopId, purchaseId),
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
    async purchased({ purchaseId }) {
      try {
        return await workflow.getHandle<PackPurchaseWorkflow>(workflowIds.packPurchase(purchaseId)).result();
      } catch (error) {
        throw toDomainError(error);
      }
    },
  };
}

export type TopupWorkflows = {
  /** Follows a top-up from its order on, once. Give it to an outbox relay. @throws DomainError WORKFLOWS_UNAVAILABLE */
  opened(input: TopupInput): Promise<void>;
  /**
   * Tells that the wallet was credited, also after the order had expired. A repetition does no harm: the receipt of a
   * top-up is made once. Give it to an outbox relay. @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  credited(input: TopupInput): Promise<void>;
};

/** Starts the workflows of top-ups and tells them of payments. */
export function createTopupWorkflows({ workflow }: Pick<Client, 'workflow'>): TopupWorkflows {
  const options = (input: TopupInput) => ({
    workflowId: workflowIds.topup(input.topupId),
    taskQueue: taskQueues.workflow,
    args: [input] as [TopupInput],
    typedSearchAttributes: attributes(input.shopId, input.topupId),
  });
  return {
    async opened(input) {
      try {
        await workflow.start<TopupWorkflow>(topupWorkflow, {
          ...options(input),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
    async credited(input) {
      try {
        await workflow.signalWithStart<TopupWorkflow>(topupWorkflow, {
          ...options(input),
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          signal: creditedSignal,
        });
      } catch (error) {
        throw toDomainError(error);
      }
    },
  };
}

function attributes(shopId: string, entityId: string) {
  return [
    { key: searchAttributes.shopId, value: shopId },
    { key: searchAttributes.entityId, value: entityId },
  ];
}
