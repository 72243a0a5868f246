import {
  type InvoiceWorkflow,
  invoiceWorkflow,
  searchAttributes,
  taskQueues,
  workflowIds,
} from '@doffers/workflows/contracts';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { toDomainError } from './to-domain-error.ts';

export type DocumentWorkflows = {
  /**
   * Has an issued document drawn, stored and announced to its shop, once. Give it to an outbox relay.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  issued(document: {
    readonly kind: 'credit-note' | 'refund' | 'campaigns';
    readonly invoiceId: string;
    readonly shopId: string;
  }): Promise<void>;
};

/** Starts the workflows of documents that were issued together with what they document. */
export function createDocumentWorkflows({ workflow }: Pick<Client, 'workflow'>): DocumentWorkflows {
  return {
    async issued({ kind, invoiceId, shopId }) {
      try {
        await workflow.start<InvoiceWorkflow>(invoiceWorkflow, {
          workflowId: workflowIds.invoice(kind, invoiceId),
          taskQueue: taskQueues.workflow,
          args: [{ source: { kind, key: invoiceId }, shopId }],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          typedSearchAttributes: [
            { key: searchAttributes.shopId, value: shopId },
            { key: searchAttributes.entityId, value: invoiceId },
          ],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
      }
    },
  };
}
