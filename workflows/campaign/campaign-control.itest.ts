import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { DispatchEvent_Halt as Halt } from '@doffers/proto/notification/v1/dispatch_service';
import { eventually } from '@doffers/testkit';
import { type CampaignStory, campaignStory } from '../test/campaign-story.ts';
import { inEveryWay } from '../test/campaign-ways.ts';
import { refuses } from '../test/fake-platform.ts';
import { gate } from '../test/gate.ts';

const hourMs = 3_600_000;
const everythingPaise = 6_930 + 2_000;
const refusedWith = (reason: string) => (error: unknown) => error instanceof DomainError && error.reason === reason;
const names = ({ phases }: CampaignStory) => phases.map(({ phase }) => phase);

/** The shop paid for what was sent, to the paisa, and has the rest. */
function assertPaidForWhatWasSent({ holds, holdKey, dispatch }: CampaignStory): void {
  const capturedPaise = dispatch.sent(Channel.WHATSAPP) * 99 + dispatch.sent(Channel.IN_APP) * 2;
  const hold = holds.find(holdKey);
  assert.deepEqual(
    [Number(hold?.capturedPaise), Number(hold?.releasedPaise)],
    [capturedPaise, everythingPaise - capturedPaise],
  );
}

/** Holds the in-app channel back before its fourth group; WhatsApp is not touched. */
function heldBack() {
  const [reached, going] = [gate(), gate()];
  const given = ({ dispatch }: Pick<CampaignStory, 'dispatch'>) => {
    dispatch.hooks.beforeGroup = async ({ channel, first }) => {
      if (channel === Channel.IN_APP && first === 300) reached.open();
      if (channel === Channel.IN_APP && first >= 300) await going.opened;
      return undefined;
    };
  };
  return { given, reached: reached.opened, goOn: going.open };
}

inEveryWay((way) => {
  describe('a pause', () => {
    it('lets nothing more be claimed until it is resumed, and says what may still go out', () => {
      const { given, reached, goOn } = heldBack();
      return campaignStory(way, { history: 'campaign-paused', given }, async (story) => {
        const { launch, handle, campaigns, dispatch, request } = story;
        await launch();
        await reached;
        const asked = request();
        const paused = await campaigns.pause(asked);
        assert.deepEqual([paused.phase, paused.openMessages], ['paused', 7]);
        assert.deepEqual(await campaigns.pause(asked), paused, 'the same request, the same answer');
        await assert.rejects(campaigns.pause(request()), refusedWith('CAMPAIGN_STATE'));
        goOn();
        assert.equal((await campaigns.progress(asked)).phase, 'paused');
        assert.ok(dispatch.claims.every(({ channel, first }) => channel !== Channel.IN_APP || first < 400));
        await campaigns.resume(request());
        assert.equal((await handle.result()).phase, 'completed');
        assert.equal(dispatch.sent(Channel.IN_APP), 1_000);
        assert.deepEqual(names(story), ['SCHEDULED', 'SENDING', 'PAUSED', 'SENDING', 'SETTLING', 'COMPLETED']);
        assertPaidForWhatWasSent(story);
      });
    });
  });

  describe('a cancel', () => {
    it('before the send time gives everything back and prepares nothing', () =>
      campaignStory(
        way,
        { history: 'campaign-cancelled-before', input: { sendAt: Date.now() + hourMs } },
        async (story) => {
          const { launch, handle, campaigns, request } = story;
          await launch();
          assert.equal((await campaigns.cancel(request())).openMessages, 0);
          const { phase, capturedPaise } = await handle.result();
          assert.deepEqual([phase, capturedPaise], ['cancelled', 0]);
          assertPaidForWhatWasSent(story);
          assert.deepEqual(names(story), ['SCHEDULED', 'CANCELLED']);
          assert.equal(story.invoices.size, 0, 'nothing to bill');
          await assert.rejects(campaigns.cancel(request()), refusedWith('CAMPAIGN_STATE'));
        },
      ));

    it('while it is sent ends it, settles what was sent, and is billed', () => {
      const { given, reached, goOn } = heldBack();
      return campaignStory(way, { history: 'campaign-cancelled-during', given }, async (story) => {
        const { launch, handle, campaigns, dispatch, request } = story;
        await launch();
        await reached;
        const { phase, openMessages } = await campaigns.cancel(request());
        assert.deepEqual([phase, openMessages], ['settling', 7]);
        goOn();
        const result = await handle.result();
        assert.deepEqual([result.phase, result.stopReason], ['cancelled', 'CANCELLED']);
        assert.equal(dispatch.state.stopReason, 'CANCELLED');
        assert.ok(dispatch.sent(Channel.IN_APP) < 1_000);
        assertPaidForWhatWasSent(story);
        assert.equal(names(story).at(-1), 'CANCELLED');
        assert.equal(story.invoices.size, 1);
      });
    });

    it('of the workflow itself does the same, and never leaves one that may be launched again', () => {
      const { given, reached, goOn } = heldBack();
      return campaignStory(way, { history: 'campaign-cancelled-workflow', given }, async (story) => {
        const { launch, handle } = story;
        await launch();
        await reached;
        await handle.cancel();
        goOn();
        assert.equal((await handle.result()).phase, 'cancelled');
        assert.equal((await handle.describe()).status.name, 'COMPLETED');
        assertPaidForWhatWasSent(story);
      });
    });
  });

  describe('a send time', () => {
    it('can be moved while it is ahead, but not into the past or behind the offer', () =>
      campaignStory(
        way,
        { history: 'campaign-rescheduled', input: { sendAt: Date.now() + hourMs } },
        async ({ launch, handle, campaigns, request }) => {
          await launch();
          for (const sendAt of [Date.now() - 1_000, Date.now() + 72 * hourMs]) {
            await assert.rejects(campaigns.reschedule({ ...request(), sendAt }), refusedWith('SEND_TIME_INVALID'));
          }
          const sendAt = Date.now() + 1_000;
          assert.equal((await campaigns.reschedule({ ...request(), sendAt })).sendAt, sendAt);
          const result = await handle.result();
          assert.deepEqual([result.phase, result.sendAt], ['completed', sendAt]);
          await assert.rejects(campaigns.reschedule({ ...request(), sendAt }), refusedWith('CAMPAIGN_STATE'));
        },
      ));
  });

  describe('sending', () => {
    it('ends with the offer', () =>
      campaignStory(
        way,
        {
          history: 'campaign-offer-ended',
          given: ({ plan, dispatch }) => {
            plan.offerEndAt = Date.now() + 8_000;
            dispatch.hooks.beforeGroup = async ({ first }) => {
              if (first >= 20)
                await eventually(() => assert.notEqual(dispatch.state.stopReason, ''), { timeoutMs: 20_000 });
              return undefined;
            };
          },
        },
        async (story) => {
          await story.launch();
          const { phase, stopReason } = await story.handle.result();
          assert.deepEqual([phase, stopReason], ['completed', 'OFFER_ENDED']);
          assert.equal(story.dispatch.state.stopReason, 'OFFER_ENDED');
          assertPaidForWhatWasSent(story);
        },
      ));

    it('waits for the window to open', () => {
      let closed = true;
      return campaignStory(
        way,
        {
          history: 'campaign-window',
          given: ({ dispatch }) => {
            dispatch.hooks.beforeGroup = ({ channel, first }) => {
              if (!closed || channel !== Channel.IN_APP || first < 200) return undefined;
              closed = false;
              return { halt: Halt.WINDOW, resumeAt: Date.now() + 500 };
            };
          },
        },
        async (story) => {
          await story.launch();
          assert.equal((await story.handle.result()).phase, 'completed');
          assert.equal(story.dispatch.sent(Channel.IN_APP), 1_000);
        },
      );
    });

    it('calls for a person when the provider stopped the sender, and goes on when it is resumed', () => {
      let stopped = true;
      return campaignStory(
        way,
        {
          history: 'campaign-sender-stopped',
          given: ({ dispatch }) => {
            dispatch.state.lanes = 1;
            dispatch.hooks.beforeGroup = ({ channel, first }) =>
              stopped && channel === Channel.WHATSAPP && first === 20
                ? { halt: Halt.SENDER, resumeAt: Date.now() + hourMs }
                : undefined;
          },
          // Put right by whoever resumes; not before, since every run asks the sender again.
          instead: ({ clients: { dispatch } }) => ({
            dispatch: {
              setDispatchState(request) {
                stopped = false;
                return dispatch.setDispatchState(request);
              },
            },
          }),
        },
        async (story) => {
          const { launch, handle, campaigns, request, dispatch } = story;
          await launch();
          const flagged = `WorkflowId = "${handle.workflowId}" AND DoNeedsAttention = true AND DoFailureCode = "SENDER_STOPPED" AND ExecutionStatus = "Running"`;
          await eventually(async () => assert.equal((await way.env.client.workflow.count(flagged)).count, 1));
          await campaigns.resume(request());
          assert.equal((await handle.result()).phase, 'completed');
          assert.deepEqual([dispatch.sent(Channel.WHATSAPP), dispatch.sent(Channel.IN_APP)], [70, 1_000]);
        },
      );
    });

    it('asks a sender again at once when the campaign was resumed while it was asked', () => {
      const resumed = Promise.withResolvers<void>();
      let asked = 0;
      return campaignStory(
        way,
        {
          given: ({ dispatch }) => {
            dispatch.state.lanes = 1;
            dispatch.hooks.beforeGroup = async ({ channel, first }) => {
              if (channel !== Channel.WHATSAPP || first !== 20) return undefined;
              asked += 1;
              if (asked === 1) return { halt: Halt.SENDER, resumeAt: Date.now() + 200 };
              if (asked > 2) return undefined;
              await resumed.promise;
              return { halt: Halt.SENDER, resumeAt: Date.now() + hourMs };
            };
          },
        },
        async ({ launch, handle, campaigns, request, dispatch }) => {
          await launch();
          await eventually(() => assert.equal(asked, 2));
          await campaigns.resume(request());
          resumed.resolve();
          assert.equal((await handle.result()).phase, 'completed');
          assert.equal(dispatch.sent(Channel.WHATSAPP), 70);
        },
      );
    });

    it('that the ledger refuses for good is settled, not failed, and calls for a person', () =>
      campaignStory(
        way,
        {
          history: 'campaign-dispatch-failed',
          given: ({ dispatch }) => {
            dispatch.hooks.beforeGroup = ({ channel, first }) =>
              channel === Channel.IN_APP && first >= 400 ? refuses('DISPATCH_NOT_FOUND')() : undefined;
          },
        },
        async (story) => {
          await story.launch();
          const { phase, stopReason } = await story.handle.result();
          assert.deepEqual([phase, stopReason], ['completed', 'DISPATCH_FAILED']);
          assertPaidForWhatWasSent(story);
          const flagged = `WorkflowId = "${story.handle.workflowId}" AND DoNeedsAttention = true AND ExecutionStatus = "Completed"`;
          await eventually(async () => assert.equal((await way.env.client.workflow.count(flagged)).count, 1));
        },
      ));
  });
});
