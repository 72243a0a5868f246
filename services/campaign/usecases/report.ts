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
  /** Such as `SUPPRESSED`; empty: all. */
  readonly state: string;
};

/** Why each recipient of a channel was, or was not, messaged; and how many were left out before, and why. */
export type RecipientTrace = {
  readonly recipients: readonly Recipient[];
  readonly nextPageToken: string;
  readonly exclusions: readonly { readonly channel: Channel; readonly reason: string; readonly count: number }[];
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
): Promise<RecipientTrace> {
  const { quote } = await getLaunched(deps, actor, input.campaignId);
  const exclusions = quote.exclusions.filter(({ channel }) => channel === input.channel);
  return { ...(await deps.dispatch.recipients(input)), exclusions };
}
