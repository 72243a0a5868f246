import type { Actor } from '@doffers/ownership';
import type { Recipient } from '../clients/dispatch.ts';
import type { InvoiceSummary } from '../clients/pricing.ts';
import type { Channel } from '../domain/campaign.ts';
import type { Deps } from './deps.ts';
import { getLaunched, type Launched, type Progress, type ProgressDeps, progressOf } from './progress.ts';

/** The account of a campaign's last launch. */
export type Report = Pick<Launched, 'launch' | 'quote'> & {
  readonly progress: Progress;
  /** Undefined while the campaign runs, and when nothing was billable. */
  readonly invoice: InvoiceSummary | undefined;
};

/**
 * Reads funnel, exclusions, money and invoice.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND` or `CAMPAIGN_STATE`
 */
export async function getReport(
  deps: ProgressDeps & Pick<Deps, 'pricing'>,
  actor: Actor,
  campaignId: string,
): Promise<Report> {
  const launched = await getLaunched(deps, actor, campaignId);
  const { launch, quote } = launched;
  const [progress, invoice] = await Promise.all([
    progressOf(deps, launched),
    launch.invoiceId === undefined ? undefined : deps.pricing.invoice(launch.invoiceId),
  ]);
  return { launch, quote, progress, invoice };
}

type ListRecipientsInput = {
  readonly campaignId: string;
  readonly channel: Channel;
  readonly pageSize: number;
  readonly pageToken: string;
};

/**
 * Lists recipients with state and reason, never with a name or number.
 *
 * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_STATE` or `PAGE_TOKEN_INVALID`
 */
export async function listRecipients(
  deps: ProgressDeps,
  actor: Actor,
  input: ListRecipientsInput,
): Promise<{ readonly recipients: readonly Recipient[]; readonly nextPageToken: string }> {
  await getLaunched(deps, actor, input.campaignId);
  return deps.dispatch.recipients(input);
}
