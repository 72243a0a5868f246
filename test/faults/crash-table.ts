import { table } from '../../scripts/console/format.ts';
import type { CrashedCampaign } from './crash-campaign.ts';

const header = [
  'killed',
  'moment',
  'sent %',
  'ready s',
  'silence s',
  'unknown',
  'push again',
  'lost',
  'duplicates',
  'drift ₹',
];

/** One line for each kill; the last three columns are those of its whole campaign. */
export function crashTable(campaigns: readonly CrashedCampaign[]): string {
  const rows = campaigns.flatMap(({ kills, aftermaths, audit }) =>
    kills.map((kill, index) => {
      const { silenceMs = 0, unknown = 0, sentAgain = 0 } = aftermaths[index] ?? {};
      return [
        kill.process,
        kill.moment,
        kill.sent.toFixed(0),
        seconds(kill.readyAtMs - kill.atMs),
        silenceMs === 0 ? '–' : seconds(silenceMs),
        String(unknown),
        String(sentAgain),
        String(audit.lost),
        String(audit.duplicates),
        (audit.ledgerImbalancePaise / 100).toFixed(2),
      ];
    }),
  );
  return table(header, rows, header.slice(2));
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1);
