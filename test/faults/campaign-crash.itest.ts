import { after, before, it } from 'node:test';
import { testServers } from '@doffers/testkit';
import { stackAt } from '../../scripts/stack/stack.ts';
import { seedCustomers, tellSandbox } from '../e2e/campaign-steps.ts';
import { assertPromisesKept } from './assert-kept.ts';
import { crashCampaign, type PlannedKill } from './crash-campaign.ts';
import { crashTable } from './crash-table.ts';

const stack = stackAt(testServers().stack.offset);

/** Each process once, where its death hurts most; `npm run test:faults` kills each at every moment. */
const plan: readonly PlannedKill[] = [
  { process: 'user', moment: 'freeze' },
  { process: 'payment', moment: 'launch' },
  { process: 'notification', moment: { sent: 10 } },
  { process: 'worker-activity', moment: { sent: 30 } },
  { process: 'worker-workflow', moment: { sent: 60 } },
  { process: 'mariadb', moment: 'settlement' },
];

before(async () => {
  seedCustomers(4_500);
  // Answers that take a while leave more in flight for a kill to hit.
  await tellSandbox('PATCH', '/settings', { latencyMs: { whatsapp: 100, fcm: 400 } });
});
after(() => tellSandbox('DELETE', '/settings'));

it('a campaign loses nothing, sends nothing twice and is paid exactly while each process is killed once', async (test) => {
  const campaign = await crashCampaign(stack, plan);
  test.diagnostic(`${campaign.customers} customers\n${crashTable([campaign])}`);
  assertPromisesKept(campaign);
});
