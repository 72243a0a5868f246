import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually, testServers } from '@doffers/testkit';
import { auditCampaign } from '../../scripts/audit/audit-campaign.ts';
import { stackAt } from '../../scripts/stack/stack.ts';
import { launchNow, recordedOf, seedCustomers } from '../e2e/campaign-steps.ts';
import { draftForEverybody } from '../faults/crash-campaign.ts';
import { persist } from '../faults/persist.ts';
import { insteadOf } from '../faults/understudy.ts';

const stack = stackAt(testServers().stack.offset);

/** Were the audit blind, every crash test here would pass for nothing. */
it('a dispatch without claims sends twice after a crash, and the audit says so', async () => {
  seedCustomers(2_000);
  const unsafe = { DISPATCH_UNSAFE_NO_CLAIM: '1' };
  await insteadOf(stack, ['notification'], async (start) => {
    const first = await start('notification', { ...unsafe, CRASH_AT: 'after-send-before-close' });
    const { owner, campaignId } = await draftForEverybody(2);
    await launchNow(owner, campaignId, persist);
    assert.equal(await first.ended, 'SIGKILL');
    await start('notification', unsafe);
    await eventually(
      async () => {
        const sent = await recordedOf(campaignId, 'whatsapp');
        const phones = new Set(sent.map(({ recipientHash }) => recipientHash));
        assert.ok(phones.size < sent.length, 'nothing was sent twice yet');
      },
      { timeoutMs: 120_000 },
    );
    const { duplicates, problems } = await auditCampaign(stack, campaignId);
    assert.ok(duplicates > 0);
    assert.match(problems.join(), /WhatsApp messages went to a phone that had one/);
  });
});
