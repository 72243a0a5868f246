import {
  commandUpdate,
  type SubscriptionCommand,
  type SubscriptionInput,
  type SubscriptionWorkflow,
  searchAttributes,
  subscriptionWorkflow,
  taskQueues,
  workflowIds,
} from '@doffers/workflows/contracts';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

export type SubscriptionWorkflows = {
  /**
   * Makes sure that the clockwork of a subscription runs; one that lives is not touched. Give it to an outbox relay.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  ensure(input: SubscriptionInput): Promise<void>;
  /**
   * Carries a command out, and starts the clockwork first should it have been lost. The same request gets the same
   * answer.
   * @throws DomainError SUBSCRIPTION_STATE, PLAN_NOT_FOUND, INSUFFICIENT_FUNDS, BILLING_RUNAWAY, WORKFLOWS_UNAVAILABLE
   */
  command(about: SubscriptionInput & { readonly requestId: string }, command: SubscriptionCommand): Promise<void>;
};

/** Starts the workflows of subscriptions and hands commands to them. */
export function createSubscriptionWorkflows({ workflow }: Pick<Client, 'workflow'>): SubscriptionWorkflows {
  const options = ({ subscriptionId, shopId }: SubscriptionInput) => ({
    workflowId: workflowIds.subscription(subscriptionId),
    taskQueue: taskQueues.workflow,
    args: [{ subscriptionId, shopId }] as [SubscriptionInput],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // What a subscription is stands in the database: a run that was lost or ended by hand is followed by another.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: [
      { key: searchAttributes.shopId, value: shopId },
      { key: searchAttributes.entityId, value: subscriptionId },
    ],
  });
  return {
    async ensure(input) {
      try {
        await workflow.start<SubscriptionWorkflow>(subscriptionWorkflow, options(input));
      } catch (error) {
        throw toDomainError(error);
      }
    },
    async command({ requestId, ...input }, command) {
      const start = new WithStartWorkflowOperation<SubscriptionWorkflow>(subscriptionWorkflow, options(input));
      try {
        await workflow.executeUpdateWithStart(commandUpdate, {
          args: [{ requestId, command }],
          // Without an id of the update: the server would remember a refusal under it. The workflow knows the request.
          startWorkflowOperation: start,
        });
      } catch (error) {
        throw toDomainError(error);
      }
    },
  };
}
