import {
  creditedSignal,
  type PackPurchaseInput,
  type PackPurchaseResult,
  type PackPurchaseWorkflow,
  packPurchaseWorkflow,
  type RefundInput,
  type RefundWorkflow,
  refundReportedSignal,
  refundWorkflow,
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

export type RefundWorkflows = {
  /** Sees to it that a refund is paid, once. Give it to an outbox relay. @throws DomainError WORKFLOWS_UNAVAILABLE */
  requested(input: RefundInput): Promise<void>;
  /**
   * Tells that the gateway has reported about a refund. One that has ended needs no telling. Give it to an outbox relay.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  reported(input: RefundInput): Promise<void>;
};

/** Starts the workflows of refunds and tells them what the gateway reports. */
export function createRefundWorkflows({ workflow }: Pick<Client, 'workflow'>): RefundWorkflows {
  const options = ({ refundId, ...input }: RefundInput) => ({
    workflowId: workflowIds.refund(refundId),
    taskQueue: taskQueues.workflow,
    args: [{ refundId, ...input }] as [RefundInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    typedSearchAttributes: attributes(input.shopId ?? '', refundId),
  });
  const once = async (start: () => Promise<unknown>) => {
    try {
      await start();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
    }
  };
  return {
    requested: (input) => once(() => workflow.start<RefundWorkflow>(refundWorkflow, options(input))),
    reported: (input) =>
      once(() =>
        workflow.signalWithStart<RefundWorkflow>(refundWorkflow, { ...options(input), signal: refundReportedSignal }),
      ),
  };
}

function attributes(shopId: string, entityId: string) {
  return [
    { key: searchAttributes.shopId, value: shopId },
    { key: searchAttributes.entityId, value: entityId },
  ];
}
