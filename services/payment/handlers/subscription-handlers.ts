import { actorOf } from '@doffers/ownership';
import {
  SteerSubscriptionRequest_Command as Command,
  MoveSubscriptionRequest_Move as Move,
  type SubscriptionService,
  SteerSubscriptionResponse_ToPay as ToPay,
} from '@doffers/proto/payment/v1/subscription_service';
import { decodePageToken, encodePageToken, pageSizeOf } from '@doffers/resource';
import { type CallContext, type Handlers, requireUser } from '@doffers/rpc';
import { chargeBill, refundBill } from '../usecases/charge-bill.ts';
import { commandSubscription } from '../usecases/command-subscription.ts';
import { createSubscription } from '../usecases/create-subscription.ts';
import { activateBill, grantBill, revokeBill } from '../usecases/grant-bill.ts';
import { openBill } from '../usecases/open-bill.ts';
import { debtOf, getSubscription, listPlans, listSubscriptions } from '../usecases/read-subscriptions.ts';
import { restartSubscriptions } from '../usecases/restart-subscriptions.ts';
import { moveSubscription, readSubscription, steerSubscription } from '../usecases/steer-subscription.ts';
import type { SubscriptionCommand, SubscriptionDeps } from '../usecases/subscription-deps.ts';
import { billMessage, planMessage, subscriptionMessage } from './subscription-message.ts';

/** One page of the safety net fits into the time that its caller waits. */
const sweepPage = 100;

/** Translates SubscriptionService between protobuf and the use cases; holds no rule of its own. */
export function createSubscriptionHandlers(deps: SubscriptionDeps): Handlers<typeof SubscriptionService> {
  type Request = { readonly subscriptionId: string; readonly requestId: string };
  const command = async ({ subscriptionId, requestId }: Request, context: CallContext, what: SubscriptionCommand) => {
    const commanded = { actor: actorOf(requireUser(context)), subscriptionId, requestId };
    return subscriptionMessage(await commandSubscription(deps, commanded, what));
  };
  return {
    listPlans: async () => ({ plans: (await listPlans(deps)).map(planMessage) }),
    async createSubscription({ shopId, requestId, planId }, context) {
      const request = { shopId, requestId, planId };
      const subscription = await createSubscription(deps, actorOf(requireUser(context)), request);
      context.created(`/v1/subscriptions/${subscription.id}`);
      return subscriptionMessage(subscription);
    },
    async listSubscriptions({ shopId, pageSize, pageToken }, context) {
      const limit = pageSizeOf(pageSize);
      // One more than the page shows whether there is another.
      const query = { shopId, limit: limit + 1, after: decodePageToken(pageToken) };
      const found = await listSubscriptions(deps, actorOf(requireUser(context)), query);
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        subscriptions: page.map((subscription) => subscriptionMessage(subscription)),
        nextPageToken: last === undefined ? '' : encodePageToken({ at: last.createdAt, id: last.id }),
      };
    },
    async getSubscription({ subscriptionId }, context) {
      const subscription = await getSubscription(deps, actorOf(requireUser(context)), subscriptionId);
      return subscriptionMessage(subscription, await debtOf(deps, subscription));
    },
    changeSubscription: ({ planId, ...request }, context) => command(request, context, { kind: 'change', planId }),
    pauseSubscription: (request, context) => command(request, context, { kind: 'pause' }),
    resumeSubscription: (request, context) => command(request, context, { kind: 'resume' }),
    cancelSubscription: ({ now, ...request }, context) =>
      command(request, context, { kind: 'cancel', when: now ? 'now' : 'at_end' }),
    fastForwardSubscription: (request, context) => command(request, context, { kind: 'fast_forward' }),

    readSubscription: async ({ subscriptionId }) => subscriptionMessage(await readSubscription(deps, subscriptionId)),
    async steerSubscription({ subscriptionId, command: what, planId }) {
      const steered = await steerSubscription(deps, subscriptionId, commandFrom(what, planId));
      return { subscription: subscriptionMessage(steered.subscription), toPay: payments[steered.toPay] };
    },
    async moveSubscription({ subscriptionId, to, reason }) {
      return subscriptionMessage(await moveSubscription(deps, subscriptionId, { to: moveFrom(to), reason }));
    },
    async openBill({ subscriptionId, key, upgradeTo }) {
      const better = upgradeTo === '' ? undefined : upgradeTo;
      return billMessage(await openBill(deps, { subscriptionId, key, upgradeTo: better }));
    },
    chargeBill: async ({ billId, attempt }) => billMessage(await chargeBill(deps, billId, attempt)),
    refundBill: async ({ billId }) => billMessage(await refundBill(deps, billId)),
    grantBill: async ({ billId }) => billMessage(await grantBill(deps, billId)),
    revokeBill: async ({ billId }) => billMessage(await revokeBill(deps, billId)),
    activateBill: async ({ billId }) => billMessage(await activateBill(deps, billId)),
    async restartSubscriptions({ afterSubscriptionId }) {
      const page = { limit: sweepPage, ...(afterSubscriptionId !== '' && { after: afterSubscriptionId }) };
      const { restarted, last = '' } = await restartSubscriptions(deps, page);
      return { restarted, nextAfterSubscriptionId: last };
    },
  };
}

const payments = { nothing: ToPay.NOTHING, upgrade: ToPay.UPGRADE, period: ToPay.PERIOD } as const;

function commandFrom(command: Command, planId: string): SubscriptionCommand {
  switch (command) {
    case Command.CHANGE:
      return { kind: 'change', planId };
    case Command.PAUSE:
      return { kind: 'pause' };
    case Command.RESUME:
      return { kind: 'resume' };
    case Command.CANCEL_NOW:
      return { kind: 'cancel', when: 'now' };
    case Command.CANCEL_AT_END:
      return { kind: 'cancel', when: 'at_end' };
    case Command.FAST_FORWARD:
      return { kind: 'fast_forward' };
    default:
      throw new Error('validation lets no other command through');
  }
}

function moveFrom(move: Move) {
  switch (move) {
    case Move.PAST_DUE:
      return 'past_due';
    case Move.SUSPENDED:
      return 'suspended';
    case Move.ENDED:
      return 'ended';
    case Move.LAPSED:
      return 'lapsed';
    default:
      throw new Error('validation lets no other move through');
  }
}
