import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { CancellationScope, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { type InvoiceInput, type InvoiceWorkflow, invoiceWorkflow } from '../contracts/invoice.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import { workflowIds } from '../contracts/workflow-ids.ts';

/**
 * Has something billed, once. Returns when that has begun; it goes on whatever becomes of the workflow that asked. It begins
 * also when that is cancelled right now: what was paid gets its document.
 */
export async function startInvoice(input: InvoiceInput, id: string): Promise<void> {
  try {
    await CancellationScope.nonCancellable(() =>
      startChild<InvoiceWorkflow>(invoiceWorkflow, {
        workflowId: workflowIds.invoice(input.source.kind, id),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        parentClosePolicy: ParentClosePolicy.ABANDON,
        args: [input],
        typedSearchAttributes: [
          { key: searchAttributes.shopId, value: input.shopId },
          { key: searchAttributes.entityId, value: id },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
