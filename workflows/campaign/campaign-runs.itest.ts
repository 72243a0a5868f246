import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { eventually } from '@doffers/testkit';
import { campaignStory } from '../test/campaign-story.ts';
import { inTheWay, replayedShortRuns } from '../test/campaign-ways.ts';
import { gate } from '../test/gate.ts';

describe('a campaign of many runs', () => {
  const way = inTheWay(replayedShortRuns);

  it('sends every group once, remembers what it answered, and settles once', () => {
    const [early, late] = [gate(), gate()];
    return campaignStory(
      way,
      {
        history: 'campaign-continued',
        given: ({ plan, dispatch }) => {
          plan.quotedPaise = 6_930n + 8_060n;
          plan.channels = [
            { channel: Channel.WHATSAPP, size: 70, rateMicros: 990_000, description: 'WhatsApp messages' },
            { channel: Channel.IN_APP, size: 4_030, rateMicros: 20_000, description: 'In-app messages' },
          ];
          dispatch.state.chunkGroups = 1;
          dispatch.hooks.beforeGroup = async ({ channel, first }) => {
            if (channel === Channel.IN_APP && first >= 200) await early.opened;
            if (channel === Channel.IN_APP && first >= 3_000) await late.opened;
            return undefined;
          };
        },
      },
      async ({ launch, handle, campaigns, request, dispatch, holds, holdKey, phases }) => {
        const launched = await launch();
        const asked = request();
        await eventually(() => assert.ok(dispatch.sent(Channel.IN_APP) > 0));
        const paused = await campaigns.pause(asked);
        await campaigns.resume(request());
        early.open();
        await eventually(() => assert.ok(dispatch.sent(Channel.IN_APP) >= 3_000), { timeoutMs: 60_000 });
        assert.deepEqual(await launch(), launched, 'a later run knows the launch');
        assert.deepEqual(await campaigns.pause(asked), paused, 'and the pause');
        late.open();
        const result = await handle.result();
        assert.deepEqual([result.phase, result.counts.in_app?.accepted], ['completed', 4_030]);
        assert.equal(dispatch.claims.length, 7 + 41, 'each group once');
        assert.equal(holds.find(holdKey)?.capturedPaise, 6_930n + 8_060n);
        assert.ok(holds.captures.length >= 1);
        const { raw } = await handle.describe();
        const { firstRunId, execution } = raw.workflowExecutionInfo ?? {};
        assert.notEqual(firstRunId, execution?.runId, 'there was more than one run');
        const sequences = phases.map(({ sequence }) => sequence);
        assert.deepEqual(
          sequences,
          sequences.toSorted((a, b) => Number(a - b)),
          'reports are numbered over all runs',
        );
      },
    );
  });

  it('is cancelled in a later run like in the first', () => {
    const going = gate();
    return campaignStory(
      way,
      {
        given: ({ dispatch }) => {
          dispatch.state.chunkGroups = 1;
          dispatch.hooks.beforeGroup = async ({ channel, first }) => {
            if (channel === Channel.IN_APP && first >= 900) await going.opened;
            return undefined;
          };
        },
      },
      async ({ launch, handle, campaigns, request, dispatch, holds, holdKey }) => {
        await launch();
        await eventually(() => assert.ok(dispatch.sent(Channel.IN_APP) >= 900), { timeoutMs: 30_000 });
        await campaigns.cancel(request());
        going.open();
        const { phase, stopReason } = await handle.result();
        assert.deepEqual([phase, stopReason], ['cancelled', 'CANCELLED']);
        const sent = dispatch.sent(Channel.WHATSAPP) * 99 + dispatch.sent(Channel.IN_APP) * 2;
        assert.equal(holds.find(holdKey)?.capturedPaise, BigInt(sent));
      },
    );
  });
});
