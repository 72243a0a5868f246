import { relative } from 'node:path';
import { sandboxDefaults } from '@doffers/process';
import { table } from '../console/format.ts';
import { root, type Stack } from '../stack/stack.ts';
import { count, rupees } from './amounts.ts';
import type { Exclusion } from './campaign.ts';
import { channelNames, type Funnel } from './progress-bar.ts';
import type { Story } from './story.ts';

/** What the campaign came to, for a person. */
export function summary(stack: Stack, { campaign, audit, seeded, shopId }: Story): string {
  const { customers, exclusions, funnels, heldPaise, capturedPaise, releasedPaise } = campaign;
  const { invoiceNumber, invoiceTotalPaise, invoicePdf } = campaign;
  const at = (path: string) => `http://127.0.0.1:${stack.ports.gateway.http}${path}`;
  const workflow = encodeURIComponent(`campaign/${campaign.campaignId}`);
  const row = (title: string, text: string) => `${title.padEnd(11)}${text}`;
  return [
    '',
    row('Audience', `${count(customers)} of ${count(seeded)} customers, ${count(sum(funnels, 'size'))} messages`),
    ...byChannel(exclusions.map(inWords), (text, at) => row(at === 0 ? 'Left out' : '', text)),
    '',
    funnelTable(funnels),
    ...byChannel(failures(funnels), (text, at) => row(at === 0 ? 'Because' : '', text)),
    '',
    row('Money', `${rupees(heldPaise)} held = ${rupees(capturedPaise)} captured + ${rupees(releasedPaise)} released`),
    row('Invoice', `${invoiceNumber}, ${rupees(invoiceTotalPaise)} with GST, ${count(invoicePdf.bytes)} bytes of PDF`),
    row('Audit', verdict(audit)),
    '',
    row('REST', at('/docs')),
    row('Campaign', at(`/v1/campaigns/${campaign.campaignId}`)),
    row('Shop', at(`/v1/shops/${shopId}`)),
    row('Workflow', `http://127.0.0.1:${stack.ports.temporal.ui}/namespaces/doffers/workflows/${workflow}`),
    row('Messages', `http://127.0.0.1:${stack.ports.sandbox.http}/recorder/messages?campaign=${campaign.campaignId}`),
    row('PDF', `${relative(root, invoicePdf.file)}, or ${at(`/v1/invoices/${campaign.invoiceId}/pdf`)}`),
  ].join('\n');
}

/** The demo's account for programs, one object; the meanings are those of the product's promises. */
export function account({ campaign, audit, shopId, seeded, steps }: Story, tookMs: number) {
  const { campaignId, customers, exclusions, funnels, invoicePdf, heldPaise, capturedPaise, releasedPaise } = campaign;
  return {
    audience: customers,
    excluded: exclusions.reduce((all, { count: many }) => all + many, 0),
    accepted: sum(funnels, 'accepted'),
    delivered: sum(funnels, 'delivered') + sum(funnels, 'read'),
    failed: sum(funnels, 'failed'),
    unknown: sum(funnels, 'unknown'),
    suppressed: sum(funnels, 'suppressed'),
    heldPaise,
    capturedPaise,
    releasedPaise,
    invoiceNumber: campaign.invoiceNumber,
    invoiceTotalPaise: campaign.invoiceTotalPaise,
    invoicePdfBytes: invoicePdf.bytes,
    ledgerImbalancePaise: audit.ledgerImbalancePaise,
    duplicates: audit.duplicates,
    lost: audit.lost,
    planned: sum(funnels, 'size'),
    seeded,
    problems: audit.problems,
    shopId,
    campaignId,
    steps,
    tookMs,
  };
}

/** What a sandbox relaxes so that a demo can run at any hour, as often as one likes. */
export function relaxedSettings(env: NodeJS.ProcessEnv, { offset }: Pick<Stack, 'offset'>): string {
  const value = (name: string) => env[name] || (sandboxDefaults(offset)[name] ?? '');
  return (
    `settings of this demo: sending window ${value('SEND_WINDOW')} (production 10:00-21:00), ` +
    `frequency cap ${value('FREQUENCY_CAP')} (3/7d), WhatsApp sender ${value('WHATSAPP_RATE_PER_SECOND')} a second (80), ` +
    `receipts awaited ${value('SETTLE_WINDOW_SECONDS')} s (24 h)`
  );
}

function verdict({ lost, duplicates, ledgerImbalancePaise, problems }: Story['audit']): string {
  const numbers = `${count(lost)} lost, ${count(duplicates)} sent twice, ${rupees(ledgerImbalancePaise)} astray`;
  return problems.length === 0 ? `${numbers}: recorder, ledger and books agree` : `${numbers}: ${problems.join('; ')}`;
}

function funnelTable(funnels: readonly Funnel[]): string {
  const states = ['size', 'delivered', 'read', 'accepted', 'failed', 'suppressed', 'unknown'] as const;
  const titles = ['Channel', 'planned', ...states.slice(1)];
  const rows = funnels.map((funnel) => [nameOf(funnel), ...states.map((state) => count(funnel[state]))]);
  return table(titles, [...rows, ['All', ...states.map((state) => count(sum(funnels, state)))]], titles.slice(1));
}

const failures = (funnels: readonly Funnel[]): Exclusion[] =>
  funnels.flatMap(({ channel, reasons }) =>
    reasons.map(({ reason, explanation, count: many }) => {
      const text = explanation === '' ? reason : `${explanation.replace(/[.]$/, '')} (${reason})`;
      return { channel, reason: text, count: many };
    }),
  );

/** One line for each channel, the commonest reason first. */
function byChannel(reasons: readonly Exclusion[], line: (text: string, at: number) => string): string[] {
  return [...Map.groupBy(reasons, nameOf)].map(([channel, ofChannel], at) => {
    const sorted = ofChannel.toSorted((one, other) => other.count - one.count);
    const texts = sorted.map(
      ({ reason, count: many }) => `${count(many)} ${reason.replaceAll('_', ' ').toLowerCase()}`,
    );
    return line(`${channel.padEnd(10)}${texts.join(' · ')}`, at);
  });
}

const inWords = (exclusion: Exclusion): Exclusion => ({
  ...exclusion,
  reason: exclusion.reason.replaceAll('_', ' ').toLowerCase(),
});

const nameOf = ({ channel }: { readonly channel: string }) => channelNames[channel] ?? channel;

const sum = (funnels: readonly Funnel[], state: Exclude<keyof Funnel, 'channel' | 'reasons'>) =>
  funnels.reduce((all, funnel) => all + funnel[state], 0);
