import {
  type InvoiceInput,
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
  /**
   * Has a paid bill of a subscription invoiced, once. Give it to an outbox relay.
   * @throws DomainError WORKFLOWS_UNAVAILABLE
   */
  subscriptionBilled(bill: { readonly billId: string; readonly shopId: string }): Promise<void>;
};

/** Starts the workflows of documents that no other workflow asks for: what they are about is done, and they are owed. */
export function createDocumentWorkflows({ workflow }: Pick<Client, 'workflow'>): DocumentWorkflows {
  const start = async ({ source, shopId }: InvoiceInput) => {
    const { kind, key } = source;
    try {
      await workflow.start<InvoiceWorkflow>(invoiceWorkflow, {
        workflowId: workflowIds.invoice(kind, key),
        taskQueue: taskQueues.workflow,
        args: [{ source: { kind, key }, shopId }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        typedSearchAttributes: [
          { key: searchAttributes.shopId, value: shopId },
          { key: searchAttributes.entityId, value: key },
        ],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw toDomainError(error);
    }
  };
  return {
    issued: ({ kind, invoiceId, shopId }) => start({ source: { kind, key: invoiceId }, shopId }),
    subscriptionBilled: ({ billId, shopId }) => start({ source: { kind: 'subscription', key: billId }, shopId }),
  };
}
