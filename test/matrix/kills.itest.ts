import { after, before, describe, it } from 'node:test';
import { testServers } from '@doffers/testkit';
import { stackAt } from '../../scripts/stack/stack.ts';
import { seedCustomers, tellSandbox } from '../e2e/campaign-steps.ts';
import { assertPromisesKept } from '../faults/assert-kept.ts';
import { type CrashedCampaign, crashCampaign } from '../faults/crash-campaign.ts';
import { crashTable } from '../faults/crash-table.ts';
import type { Moment } from '../faults/moments.ts';

const stack = stackAt(testServers().stack.offset);
const processes = ['worker-workflow', 'worker-activity', 'notification', 'payment', 'user', 'mariadb'];
const moments: readonly Moment[] = ['freeze', 'launch', { sent: 15 }, { sent: 55 }, 'settlement', 'invoice'];
/** Of so many around, some 20,000 can be reached on one channel at least. */
const customers = 22_000;

describe('kill -9 at every moment of a campaign to 20,000', () => {
  const campaigns: CrashedCampaign[] = [];
  before(async () => {
    seedCustomers(customers);
    // Answers that take a while leave more in flight for a kill to hit.
    await tellSandbox('PATCH', '/settings', { latencyMs: { whatsapp: 100, fcm: 400 } });
  });
  after(async () => {
    await tellSandbox('DELETE', '/settings');
    process.stdout.write(`${crashTable(campaigns)}\n`);
  });

  // Each campaign meets every process once, at another moment each time: after six, every process died at every moment.
  for (const turn of processes.keys()) {
    const plan = moments.map((moment, index) => ({
      process: processes[(turn + index) % processes.length] ?? '',
      moment,
    }));
    it(`${plan.map(({ process: name }) => name).join(', ')}: nothing is lost, nothing is sent twice, everything is paid exactly`, async (test) => {
      const campaign = await crashCampaign(stack, plan);
      campaigns.push(campaign);
      test.diagnostic(`${campaign.customers} customers\n${crashTable([campaign])}`);
      assertPromisesKept(campaign);
    });
  }
});
