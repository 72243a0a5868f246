import { CancellationScope, getExternalWorkflowHandle, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { InvoiceActivities } from '../activities/invoice-activities.ts';
import { type InvoiceInput, type InvoiceResult, invoicedSignal } from '../contracts/invoice.ts';
import { activityClasses } from '../lib/activity-classes.ts';
import { reasonOf } from '../lib/refusals.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';

const { finaliseInvoice } = proxyActivities<InvoiceActivities>(activityClasses.undo);
const { registerInvoice } = proxyActivities<InvoiceActivities>(activityClasses.portal);
const { storeInvoicePdf } = proxyActivities<InvoiceActivities>(activityClasses.document);
const { sendInvoiceNotice } = proxyActivities<InvoiceActivities>(activityClasses.notify);

/**
 * Gives what was paid its GST document: number, registration where the law wants one, PDF, notice. A number that was
 * given stays given, so nothing is undone here; a correction is a credit note. A step that does not succeed waits for a
 * person, except the notice. The document is owed: a cancel of the workflow changes nothing.
 */
export function invoiceWorkflow(input: InvoiceInput): Promise<InvoiceResult> {
  return CancellationScope.nonCancellable(() => document(input));
}

async function document({ source, shopId }: InvoiceInput): Promise<InvoiceResult> {
  const status = new StatusPage(`Document of ${source.key}`);
  const saga = new Saga(status);
  const { workflowId } = workflowInfo();

  let invoiceId: string | undefined;
  status.enter('finalising');
  await saga.insist('finalise', async () => {
    ({ invoiceId } = await finaliseInvoice(source));
  });
  if (invoiceId === undefined) {
    status.enter('nothing to bill');
    await tellParent({});
    return { outcome: 'none' };
  }
  const id = invoiceId;
  status.enter('registering', { document: id });
  await tellParent({ invoiceId: id });
  // The document is issued whatever becomes of this; its PDF waits, since it has to show the registration. A portal
  // that is away for a day, or refuses, needs a person: `retry`, or `handled` for a PDF without it.
  await saga.insist('register', () => registerInvoice({ invoiceId: id }));
  status.enter('rendering');
  await saga.insist('pdf', () => storeInvoicePdf({ invoiceId: id }));
  if (source.kind === 'refund') {
    // Its owner is told of the refund itself, which the bank may take days for.
    status.enter('delivered');
    return { outcome: 'delivered', invoiceId: id };
  }
  status.enter('notifying');
  try {
    await sendInvoiceNotice({ key: `${workflowId}/notice`, shopId, invoiceId: id, kind: source.kind });
    status.enter('delivered');
  } catch (error) {
    // The document is in the shop's list; that nobody was told is worth a look, but no reason to fail.
    status.fail('delivered', reasonOf(error) ?? 'NOTICE_TIMED_OUT');
  }
  return { outcome: 'delivered', invoiceId: id };
}

/** Whoever asked may have ended since, which is fine. */
async function tellParent(invoiced: { readonly invoiceId?: string }): Promise<void> {
  const { parent } = workflowInfo();
  if (parent === undefined) return;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(invoicedSignal, invoiced);
  } catch (error) {
    log.info('nobody waits for the document', { error });
  }
}
