import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { Channel } from '@doffers/proto/campaign/v1/channel';
import { Hold_State as State } from '@doffers/proto/payment/v1/hold_service';
import { eventually } from '@doffers/testkit';
import type { ActivityClients } from '../activities/index.ts';
import { campaignStory } from '../test/campaign-story.ts';
import { inEveryWay } from '../test/campaign-ways.ts';
import { type FakePlatform, refuses } from '../test/fake-platform.ts';

const refusedWith = (reason: string) => (error: unknown) => error instanceof DomainError && error.reason === reason;

type Given = (platform: FakePlatform) => void;
type Instead = (platform: FakePlatform) => { [K in keyof ActivityClients]?: Partial<ActivityClients[K]> };
type Refusal = { readonly reason: string; readonly when: string; readonly given?: Given; readonly instead?: Instead };

const refusals: readonly Refusal[] = [
  {
    reason: 'QUOTE_EXPIRED',
    when: 'its quote has expired',
    given: ({ plan }) => void (plan.quoteExpireAt = Date.now() - 1),
  },
  { reason: 'AUDIENCE_EMPTY', when: 'nobody would get it', given: ({ plan }) => void (plan.channels = []) },
  {
    reason: 'OFFER_NOT_LIVE',
    when: 'its offer is over',
    given: ({ plan }) => void (plan.offerEndAt = Date.now() - 1),
  },
  {
    reason: 'QUOTE_STALE',
    when: 'it was changed since the quote',
    instead: () => ({ campaigns: { getLaunchPlan: refuses('QUOTE_STALE') } }),
  },
  {
    reason: 'QUOTE_STALE',
    when: 'its hold costs a paisa more than was quoted',
    given: ({ plan }) => void (plan.quotedPaise = 8_929n),
  },
  {
    reason: 'WALLET_FROZEN',
    when: 'the hold took effect although it was refused',
    instead: ({ holds }) => ({
      holds: {
        async placeHold(request) {
          await holds.client.placeHold(request);
          return refuses('WALLET_FROZEN')();
        },
      },
    }),
  },
  {
    reason: 'AUDIENCE_GONE',
    when: 'its audience was deleted',
    instead: () => ({ audiences: { keepAudience: refuses('AUDIENCE_GONE') } }),
  },
];

inEveryWay((way) => {
  describe('a launch', () => {
    for (const { reason, when, given, instead } of refusals) {
      it(`is refused with ${reason} when ${when}; nothing stays held`, () =>
        campaignStory(
          way,
          { ...(given && { given }), ...(instead && { instead }) },
          async ({ launch, handle, phases, holds, holdKey }) => {
            await assert.rejects(launch(), refusedWith(reason));
            assert.equal((await handle.describe()).status.name, 'FAILED');
            assert.deepEqual(
              phases.map((report) => [report.phase, report.reason]),
              [['FAILED', reason]],
            );
            assert.equal(holds.wallet.availablePaise, 1_000_000n);
            assert.notEqual(holds.find(holdKey)?.state, State.OPEN);
          },
        ));
    }

    it('that the wallet cannot pay may be made again once it can', () =>
      campaignStory(
        way,
        { given: ({ holds }) => void (holds.wallet.availablePaise = 100n) },
        async ({ launch, handle, campaigns, input, holds, holdKey }) => {
          await assert.rejects(launch(), refusedWith('INSUFFICIENT_FUNDS'));
          assert.equal(holds.find(holdKey)?.state, State.VOID, 'a hold that comes late is refused');
          holds.wallet.availablePaise = 1_000_000n;
          const again = { ...input, launchNo: 2, requestId: randomUUID() };
          assert.equal((await campaigns.launch(again)).heldPaise, 8_930);
          assert.equal((await handle.result()).phase, 'completed');
        },
      ));

    it('that cannot be prepared gives its hold back', () =>
      campaignStory(
        way,
        {
          history: 'campaign-failed',
          instead: () => ({ dispatch: { prepareDispatch: refuses('TEMPLATE_PAUSED') } }),
        },
        async ({ launch, handle, phases, holds, holdKey }) => {
          await launch();
          await assert.rejects(handle.result(), { name: 'WorkflowFailedError' });
          assert.equal(holds.find(holdKey)?.releasedPaise, 8_930n);
          assert.deepEqual(
            phases.map(({ phase, reason }) => [phase, reason]),
            [
              ['SCHEDULED', ''],
              ['FAILED', 'TEMPLATE_PAUSED'],
            ],
          );
        },
      ));
  });

  describe('held money that does not suffice', () => {
    it('ends the campaign while it is sent; what was sent is settled', () =>
      campaignStory(
        way,
        {
          history: 'campaign-budget-stopped',
          given: ({ dispatch }) => {
            dispatch.hooks.beforeGroup = async ({ channel, first }) => {
              const stopped = () => assert.equal(dispatch.state.stopReason, 'BUDGET_STOP');
              if (channel === Channel.IN_APP && first >= 400) await eventually(stopped, { timeoutMs: 60_000 });
              return undefined;
            };
          },
          instead: ({ dispatch, holds }) => ({
            holds: {
              captureTo: (request) =>
                dispatch.state.settled ? holds.client.captureTo(request) : refuses('EXCEEDS_HOLD')(),
            },
          }),
        },
        async ({ launch, handle, dispatch, holds, holdKey }) => {
          await launch();
          const { phase, stopReason } = await handle.result();
          assert.deepEqual([phase, stopReason], ['completed', 'BUDGET_STOP']);
          const sent = dispatch.sent(Channel.WHATSAPP) * 99 + dispatch.sent(Channel.IN_APP) * 2;
          assert.ok(sent < 8_930);
          assert.equal(holds.find(holdKey)?.capturedPaise, BigInt(sent));
        },
      ));
  });

  describe('a service that fails in passing', () => {
    it('changes nothing: every step is done once in the end, and nobody gets two messages', () => {
      const failures = new Map<string, number>();
      const failTwice = async (step: string) => {
        const count = (failures.get(step) ?? 0) + 1;
        failures.set(step, count);
        if (count <= 2) throw new DomainError('unavailable', 'UNAVAILABLE', 'away');
      };
      return campaignStory(
        way,
        {
          history: 'campaign-retried',
          given: ({ dispatch }) => {
            dispatch.hooks.beforeGroup = async ({ channel, first }) => {
              if (channel === Channel.IN_APP && first === 500) await failTwice('group');
              return undefined;
            };
          },
          instead: ({ holds, dispatch, clients }) => ({
            holds: {
              async placeHold(request) {
                const hold = await holds.client.placeHold(request);
                await failTwice('hold');
                return hold;
              },
              async releaseHold(request) {
                const hold = await holds.client.releaseHold(request);
                await failTwice('release');
                return hold;
              },
            },
            dispatch: {
              async prepareDispatch(request) {
                await failTwice('prepare');
                return dispatch.client.prepareDispatch(request);
              },
            },
            campaigns: {
              async recordPhase(request) {
                await failTwice('phase');
                return clients.campaigns.recordPhase(request);
              },
            },
          }),
        },
        async ({ launch, handle, dispatch, holds, holdKey, phases }) => {
          await launch();
          assert.equal((await handle.result()).phase, 'completed');
          assert.deepEqual([dispatch.sent(Channel.WHATSAPP), dispatch.sent(Channel.IN_APP)], [70, 1_000]);
          assert.equal(dispatch.claims.length, 17, 'no group twice');
          assert.equal(holds.find(holdKey)?.capturedPaise, 8_930n);
          assert.equal(phases.at(-1)?.phase, 'COMPLETED');
          assert.deepEqual(
            [...failures.values()].every((count) => count >= 3),
            true,
          );
        },
      );
    });
  });
});
