import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { testServers } from '@doffers/testkit';
import { stackAt } from '../../scripts/stack/stack.ts';
import { launchNow, seedCustomers } from '../e2e/campaign-steps.ts';
import { askDatabases } from '../faults/ask-database.ts';
import { assertPromisesKept } from '../faults/assert-kept.ts';
import { auditWhenEnded, type CrashedCampaign, draftForEverybody } from '../faults/crash-campaign.ts';
import { crashTable } from '../faults/crash-table.ts';
import { percentSent } from '../faults/moments.ts';
import { persist } from '../faults/persist.ts';
import { insteadOf } from '../faults/understudy.ts';

const stack = stackAt(testServers().stack.offset);
const points = ['before-claim', 'after-claim', 'after-send-before-close', 'after-close'] as const;

/** A kill from outside hits somewhere; these are the boundaries between two writes, each met exactly. */
describe('notification that dies between two writes', () => {
  const campaigns: CrashedCampaign[] = [];
  before(() => seedCustomers(22_000));
  after(() => void process.stdout.write(`${crashTable(campaigns)}\n`));

  for (const point of points) {
    it(`${point}: nothing is lost, nothing is sent twice, everything is paid exactly`, async () => {
      const drafted = await draftForEverybody(5);
      let atMs = 0;
      await insteadOf(stack, ['notification'], async (start) => {
        const doomed = await start('notification', { CRASH_AT: point });
        await launchNow(drafted.owner, drafted.campaignId, persist);
        assert.equal(await doomed.ended, 'SIGKILL');
        atMs = Date.now();
      });
      const readyAtMs = Date.now();
      const databases = askDatabases();
      const sent = await percentSent(databases, drafted.campaignId);
      await databases.close();
      const kill = { process: 'notification', moment: point, atMs, readyAtMs, sent };
      const campaign = await auditWhenEnded(stack, drafted, [kill]);
      campaigns.push(campaign);
      assertPromisesKept(campaign);
    });
  }
});
