import type { CampaignState, Channel } from './campaign.ts';
import { explain } from './explanation.ts';
import type { QuoteLine } from './quote.ts';

/** How many failed or were suppressed for one reason. */
export type ReasonCount = { readonly reason: string; readonly count: number };

/** What the delivery ledger counts on one channel; the counts from `pending` to `unknown` add up to the size. */
export type ChannelCounts = {
  readonly channel: Channel;
  readonly size: number;
  /** Not sent yet, or to be sent again. */
  readonly pending: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly unknown: number;
  readonly billable: number;
  /** What holds the rest up, such as `TEMPLATE_PAUSED`; empty: nothing does. */
  readonly heldUpBy: string;
  readonly reasons: readonly ReasonCount[];
};

/** The same for people. */
export type Funnel = Omit<ChannelCounts, 'reasons'> & {
  readonly reasons: readonly (ReasonCount & { readonly explanation: string })[];
};

export function funnelOf({ reasons, ...counts }: ChannelCounts): Funnel {
  return { ...counts, reasons: reasons.map((entry) => ({ ...entry, explanation: explain(entry.reason) })) };
}

/** What stands before anything is sent. A launch that ended there sends nothing any more, for the reason given. */
export function unsent(lines: readonly QuoteLine[], endedBecause: string | undefined): readonly ChannelCounts[] {
  return lines.map(({ channel, size }) => {
    const none = {
      accepted: 0,
      delivered: 0,
      read: 0,
      failed: 0,
      suppressed: 0,
      unknown: 0,
      billable: 0,
      heldUpBy: '',
    };
    if (endedBecause === undefined) return { channel, size, ...none, pending: size, reasons: [] };
    const reasons = [{ reason: endedBecause, count: size }];
    return { channel, size, ...none, pending: 0, suppressed: size, reasons };
  });
}

/** Final deliveries per cent. */
export function percentOf(funnels: readonly Funnel[], state: CampaignState): number {
  if (state === 'completed' || state === 'cancelled') return 100;
  const size = sum(funnels, (funnel) => funnel.size);
  return size === 0 ? 0 : Math.floor((sum(funnels, finalOf) * 1_000) / size) / 10;
}

/** Only WhatsApp tells whether a message arrived; elsewhere accepted is the end. */
function finalOf({ channel, accepted, delivered, read, failed, suppressed }: Funnel): number {
  return delivered + read + failed + suppressed + (channel === 'whatsapp' ? 0 : accepted);
}

function sum(funnels: readonly Funnel[], count: (funnel: Funnel) => number): number {
  return funnels.reduce((total, funnel) => total + count(funnel), 0);
}
