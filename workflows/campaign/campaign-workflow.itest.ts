import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { FinaliseInvoiceResponseSchema } from '@doffers/proto/payment/v1/invoice_service';
import { eventually } from '@doffers/testkit';
import { type CampaignStory, campaignStory } from '../test/campaign-story.ts';
import { inEveryWay } from '../test/campaign-ways.ts';

const reasonOf = (error: unknown) => (error instanceof DomainError ? error.reason : String(error));
const names = ({ phases }: CampaignStory) => phases.map(({ phase }) => phase);
/** 70 at ₹0.99 and 1,000 at ₹0.02. */
const everythingPaise = 6_930 + 2_000;

function assertExactMoney({ holds, holdKey }: CampaignStory, capturedPaise: number): void {
  const hold = holds.find(holdKey);
  assert.deepEqual(
    [Number(hold?.amountPaise), Number(hold?.capturedPaise), Number(hold?.releasedPaise)],
    [everythingPaise, capturedPaise, everythingPaise - capturedPaise],
  );
}

inEveryWay((way) => {
  describe('a campaign', () => {
    it('sends everybody once, captures exactly that, and is billed', () =>
      campaignStory(way, { history: 'campaign-completed' }, async (story) => {
        const { launch, handle, input, dispatch } = story;
        assert.deepEqual(await launch(), { heldPaise: everythingPaise, sendAt: input.sendAt });
        const result = await handle.result();
        assert.deepEqual([result.phase, result.audience, result.capturedPaise], ['completed', 1_070, everythingPaise]);
        assert.deepEqual([result.counts.whatsapp?.accepted, result.counts.in_app?.accepted], [70, 1_000]);
        assert.equal(dispatch.claims.length, 7 + 10, 'each group once');
        assert.ok(dispatch.claims.every(({ token }) => token > 0n));
        assertExactMoney(story, everythingPaise);
        assert.deepEqual(names(story), ['SCHEDULED', 'SENDING', 'SETTLING', 'COMPLETED']);
        assert.deepEqual(
          story.phases.map(({ sequence }) => sequence),
          [1n, 2n, 3n, 4n],
        );
        assert.equal(story.phases.at(-1)?.invoiceId, story.invoices.get(story.holdKey));
        assert.deepEqual([...story.kept], [story.plan.audienceId]);
        await eventually(() => assert.equal(story.notices.size, 1, 'the owner is told of the invoice'));
      }));

    it('goes on at once when it waits for the invoice of its month', () => {
      const finaliseHoldInvoice = async () => create(FinaliseInvoiceResponseSchema);
      const instead = () => ({ invoices: { finaliseHoldInvoice } });
      return campaignStory(way, { history: 'campaign-billed-monthly', instead }, async (story) => {
        await story.launch();
        assert.equal((await story.handle.result()).phase, 'completed');
        assert.equal(story.phases.at(-1)?.invoiceId, '');
        const { events = [] } = await story.handle.fetchHistory();
        const timersOf = (seconds: number) =>
          (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
            Number(timer?.startToFireTimeout?.seconds) === seconds ? [timer?.timerId] : [],
          );
        const fired = (events ?? []).map(({ timerFiredEventAttributes: timer }) => timer?.timerId);
        assert.deepEqual(
          timersOf(60).filter((timer) => fired.includes(timer)),
          [],
          'it did not wait for a number',
        );
      });
    });

    it('answers the same launch the same, and another one ALREADY_LAUNCHED, also once it has ended', () =>
      campaignStory(way, {}, async ({ launch, handle, campaigns, input }) => {
        const [first, second] = await Promise.all([launch(), launch()]);
        assert.deepEqual(first, second);
        const other = () => campaigns.launch({ ...input, requestId: randomUUID(), launchNo: 2 });
        await assert.rejects(other(), (error) => reasonOf(error) === 'ALREADY_LAUNCHED');
        await handle.result();
        assert.deepEqual(await launch(), first);
        await assert.rejects(other(), (error) => reasonOf(error) === 'ALREADY_LAUNCHED');
      }));

    it('is found by its shop, phase and channels', () =>
      campaignStory(way, {}, async ({ launch, handle, input }) => {
        await launch();
        await handle.result();
        const query = `DoShopId = "${input.shopId}" AND DoPhase = "completed" AND DoChannels = "in_app" AND DoAudience = 1070`;
        await eventually(async () => assert.equal((await way.env.client.workflow.count(query)).count, 1));
      }));

    it('leaves a group to the call that sends it, also when that takes longer than heartbeats may be missing', () => {
      const calls: number[] = [];
      return campaignStory(
        way,
        {
          given: ({ dispatch }) => {
            dispatch.hooks.beforeGroup = async ({ channel, first }) => {
              if (channel !== Channel.WHATSAPP || first !== 20) return undefined;
              calls.push(first);
              await sleep(12_000);
              return undefined;
            };
          },
        },
        async ({ launch, handle, dispatch }) => {
          await launch();
          await handle.result();
          assert.deepEqual(calls, [20], 'nobody took it over');
          assert.equal(dispatch.sent(Channel.WHATSAPP), 70);
        },
      );
    });

    it('sends again, pass by pass, what was refused for a while', () => {
      let refused = false;
      return campaignStory(
        way,
        {
          instead: ({ dispatch }) => ({
            dispatch: {
              async getDispatchProgress(request) {
                if (dispatch.sent(Channel.WHATSAPP) === 70 && !refused) dispatch.retryLater(Channel.WHATSAPP, 5, 1);
                refused ||= dispatch.sent(Channel.WHATSAPP) === 65;
                return dispatch.client.getDispatchProgress(request);
              },
            },
          }),
        },
        async ({ launch, handle, dispatch }) => {
          await launch();
          await handle.result();
          const again = dispatch.claims.filter(({ pass }) => pass === 1);
          assert.equal(again.length, 7, 'the grid is walked again');
          assert.ok(again.every(({ channel }) => channel === Channel.WHATSAPP));
          assert.equal(dispatch.sent(Channel.WHATSAPP), 70);
        },
      );
    });
  });
});
