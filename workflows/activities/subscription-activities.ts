import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  SteerSubscriptionRequest_Command as Command,
  MoveSubscriptionRequest_Move as Move,
  Subscription_Status as Status,
  type Subscription,
  type SubscriptionBill,
  type SubscriptionService,
  SteerSubscriptionResponse_ToPay as ToPay,
} from '@doffers/proto/payment/v1/subscription_service';
import type { Client } from '@doffers/rpc';
import type { SubscriptionCommand } from '../contracts/subscription.ts';

/** How a subscription stands. Times are milliseconds since the epoch. */
export type SubscriptionState = {
  readonly status: 'incomplete' | 'trialing' | 'active' | 'past_due' | 'suspended' | 'paused' | 'cancelled';
  readonly planId: string;
  readonly periodNo: number;
  readonly periodEnd: number;
  readonly cancelsAtEnd: boolean;
};

/** A bill, and what its payment waits for. */
export type BillState = {
  readonly billId: string;
  readonly totalPaise: number;
  readonly refusedTries: number;
  /** Undefined when no further attempt is made by itself. */
  readonly nextTry?: number;
  /** When the subscription is suspended over it. */
  readonly giveUp: number;
  /** It can be paid no more. */
  readonly undone: boolean;
};

type BillStep = (input: { billId: string }) => Promise<void>;

export type SubscriptionActivities = {
  readSubscription(input: { subscriptionId: string }): Promise<SubscriptionState>;
  /** Applies a command. Refused with SUBSCRIPTION_STATE or PLAN_NOT_FOUND. */
  steerSubscription(input: {
    subscriptionId: string;
    command: SubscriptionCommand;
  }): Promise<{ readonly state: SubscriptionState; readonly toPay: 'nothing' | 'upgrade' | 'period' }>;
  /** Moves it because its period is over; a move that does not apply any more changes nothing. */
  moveSubscription(input: {
    subscriptionId: string;
    to: 'past_due' | 'suspended' | 'ended' | 'lapsed';
    reason: string;
  }): Promise<void>;
  /** Drafts a bill. Refused with BILLING_RUNAWAY, STATE_UNKNOWN or PLAN_NOT_FOUND. */
  openBill(input: { subscriptionId: string; key: string; upgradeTo?: string }): Promise<BillState>;
  /** Takes its price from the wallet. Refused with INSUFFICIENT_FUNDS, WALLET_FROZEN or VOIDED. */
  chargeBill(input: { billId: string; attempt: number }): Promise<void>;
  /** Gives it back, or makes sure that it is never taken. */
  readonly refundBill: BillStep;
  /** Adds what it includes. Refused with VOIDED. */
  readonly grantBill: BillStep;
  /** Takes that back, or makes sure that it is never added. */
  readonly revokeBill: BillStep;
  /** Lets the subscription run on it, and has it invoiced. Refused with VOIDED. */
  readonly activateBill: BillStep;
  /** Starts the workflows of one page of overdue subscriptions that have none. */
  restartSubscriptions(input: {
    afterSubscriptionId: string;
  }): Promise<{ restarted: number; nextAfterSubscriptionId: string }>;
};

export type SubscriptionClient = Pick<Client<typeof SubscriptionService>, keyof SubscriptionActivities>;

/** What a subscription's workflow asks of the payment service, which keeps it. */
export function createSubscriptionActivities(subscriptions: SubscriptionClient): SubscriptionActivities {
  return {
    readSubscription: async (input) => toState(await subscriptions.readSubscription(input)),
    async steerSubscription({ subscriptionId, command }) {
      const planId = command.kind === 'change' ? command.planId : '';
      const answer = await subscriptions.steerSubscription({ subscriptionId, command: commandOf(command), planId });
      const toPay = payments[answer.toPay];
      if (toPay === undefined) throw new Error(`${answer.toPay} to pay is not known here`);
      return { state: toState(answer.subscription), toPay };
    },
    async moveSubscription({ subscriptionId, to, reason }) {
      await subscriptions.moveSubscription({ subscriptionId, to: moves[to], reason });
    },
    openBill: async ({ upgradeTo = '', ...bill }) => toBill(await subscriptions.openBill({ ...bill, upgradeTo })),
    chargeBill: async (input) => void (await subscriptions.chargeBill(input)),
    refundBill: async (input) => void (await subscriptions.refundBill(input)),
    grantBill: async (input) => void (await subscriptions.grantBill(input)),
    revokeBill: async (input) => void (await subscriptions.revokeBill(input)),
    activateBill: async (input) => void (await subscriptions.activateBill(input)),
    async restartSubscriptions(input) {
      const { restarted, nextAfterSubscriptionId } = await subscriptions.restartSubscriptions(input);
      return { restarted, nextAfterSubscriptionId };
    },
  };
}

const statuses: Readonly<Partial<Record<Status, SubscriptionState['status']>>> = {
  [Status.INCOMPLETE]: 'incomplete',
  [Status.TRIALING]: 'trialing',
  [Status.ACTIVE]: 'active',
  [Status.PAST_DUE]: 'past_due',
  [Status.SUSPENDED]: 'suspended',
  [Status.PAUSED]: 'paused',
  [Status.CANCELLED]: 'cancelled',
};
const payments: Readonly<Partial<Record<ToPay, 'nothing' | 'upgrade' | 'period'>>> = {
  [ToPay.NOTHING]: 'nothing',
  [ToPay.UPGRADE]: 'upgrade',
  [ToPay.PERIOD]: 'period',
};
const moves = { past_due: Move.PAST_DUE, suspended: Move.SUSPENDED, ended: Move.ENDED, lapsed: Move.LAPSED } as const;

function commandOf(command: SubscriptionCommand): Command {
  switch (command.kind) {
    case 'change':
      return Command.CHANGE;
    case 'pause':
      return Command.PAUSE;
    case 'resume':
      return Command.RESUME;
    case 'fast_forward':
      return Command.FAST_FORWARD;
    case 'cancel':
      return command.when === 'now' ? Command.CANCEL_NOW : Command.CANCEL_AT_END;
  }
}

/** @throws Error for a status that this version does not know; the activity is retried until a newer worker runs it */
function toState(subscription: Subscription | undefined): SubscriptionState {
  const status = subscription && statuses[subscription.status];
  if (subscription === undefined || status === undefined) {
    throw new Error(`status ${subscription?.status} is not known here`);
  }
  const { plan, periodNo, periodEnd, cancelsAtEnd } = subscription;
  const end = periodEnd === undefined ? 0 : timestampMs(periodEnd);
  return { status, planId: plan?.planId ?? '', periodNo, periodEnd: end, cancelsAtEnd };
}

function toBill({ billId, totalPaise, refusedTries, undone, ...times }: SubscriptionBill): BillState {
  const { nextTryTime, giveUpTime } = times;
  const giveUp = giveUpTime === undefined ? 0 : timestampMs(giveUpTime);
  const next = nextTryTime === undefined ? {} : { nextTry: timestampMs(nextTryTime) };
  return { billId, totalPaise: Number(totalPaise), refusedTries, undone, giveUp, ...next };
}
