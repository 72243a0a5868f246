import { condition, setHandler } from '@temporalio/workflow';
import { creditedSignal, type TopupInput, type TopupResult } from '../contracts/billing.ts';
import { startInvoice } from '../invoice/start-invoice.ts';
import { StatusPage } from '../lib/status-page.ts';

/**
 * Follows a top-up until it is paid or its order expires, and gives a paid one its receipt. A payment that comes after
 * all is credited too, and starts this again: see `createTopupWorkflows`.
 */
export async function topupWorkflow({ topupId, shopId, expireAt }: TopupInput): Promise<TopupResult> {
  let credited = false;
  setHandler(creditedSignal, () => void (credited = true));
  const status = new StatusPage(`Top-up ${topupId}`);
  status.enter('open', { expires: new Date(expireAt).toISOString() });
  const paid = credited || (await condition(() => credited, Math.max(1, expireAt - Date.now())));
  if (!paid) {
    status.enter('expired');
    return { outcome: 'expired' };
  }
  await startInvoice({ source: { kind: 'topup', key: topupId }, shopId }, topupId);
  status.enter('credited');
  return { outcome: 'credited' };
}
