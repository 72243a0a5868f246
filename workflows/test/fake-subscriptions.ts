import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { monthAnchor } from '@doffers/calendar';
import { DomainError } from '@doffers/errors';
import {
  SteerSubscriptionRequest_Command as Command,
  MoveSubscriptionRequest_Move as Move,
  RestartSubscriptionsResponseSchema,
  Subscription_Status as Status,
  SteerSubscriptionResponseSchema,
  SubscriptionBillSchema,
  SubscriptionSchema,
  SteerSubscriptionResponse_ToPay as ToPay,
} from '@doffers/proto/payment/v1/subscription_service';
import { activityInfo } from '@temporalio/activity';
import type { ActivityClients } from '../activities/index.ts';
import { nameOf } from './fake-dispatch.ts';

const dayMs = 86_400_000;
const dunningDays = [0, 1, 3, 7];

type FakeBill = {
  readonly id: string;
  readonly key: string;
  readonly due: number;
  tries: number;
  lastTryAt: number;
  state: string;
};

/** The clocks of two machines may be this far apart. */
const clockSkewMs = 60_000;

function nextTry({ due, lastTryAt }: FakeBill): number | undefined {
  return dunningDays.map((days) => due + days * dayMs).find((at) => at > lastTryAt);
}

/** An attempt that is made a little early by this clock is the one that was due. */
function triedAt(bill: FakeBill, now: number): number {
  const due = nextTry(bill) ?? 0;
  return due - now <= clockSkewMs ? Math.max(due, now) : now;
}

/** One subscription of ₹499 and tax as the payment service keeps it, with a wallet of so many months. */
export function fakeSubscriptions() {
  const now = Date.now();
  const it = {
    status: Status.TRIALING as Status,
    plan: 'starter',
    nextPlan: undefined as string | undefined,
    periodNo: 0,
    anchor: now + 14 * dayMs,
    anchorNo: 0,
    periodEnd: now + 14 * dayMs,
    cancelsAtEnd: false,
    reason: '',
    price: 588_82,
    /** How many bills the wallet can pay. */
    months: 1_000,
    /** How far its clock is behind that of the workflow. */
    behindMs: 0,
    /** Why it cannot pay more than that. */
    refusal: 'INSUFFICIENT_FUNDS',
    /** Has a bill that is paid invoiced, as the real one does through its outbox. */
    billed: async (_billId: string) => {},
    /** Cancels at the end of so many periods. */
    endsAfter: Number.POSITIVE_INFINITY,
    calls: [] as string[],
    periods: [] as { no: number; plan: string; start: number }[],
  };
  /** The clock of a workflow that jumps over its timers. */
  const clock = () => activityInfo().currentAttemptScheduledTimestampMs - it.behindMs;
  const bills = new Map<string, FakeBill>();
  const billOf = (id = '') => [...bills.values()].find((bill) => bill.id === id) ?? fail('BILL_NOT_FOUND');
  const endOf = (no: number) => monthAnchor(new Date(it.anchor), no - it.anchorNo).getTime();

  const message = () =>
    create(SubscriptionSchema, {
      status: it.status,
      plan: { planId: it.plan, name: 'canary plan of Canary Stores' },
      periodNo: it.periodNo,
      periodEnd: timestampFromMs(it.periodEnd),
      cancelsAtEnd: it.cancelsAtEnd,
    });
  const billMessage = (bill: FakeBill) => {
    const { id, key, due, tries, state } = bill;
    const next = nextTry(bill);
    return create(SubscriptionBillSchema, {
      billId: id,
      key,
      totalPaise: BigInt(it.price),
      refusedTries: tries,
      undone: state === 'undone',
      giveUpTime: timestampFromMs(due + 10 * dayMs),
      ...(next !== undefined && { nextTryTime: timestampFromMs(next) }),
    });
  };
  const step =
    (name: string, act: (bill: FakeBill) => void | Promise<void>) => async (request: { billId?: string }) => {
      const bill = billOf(request.billId);
      it.calls.push(`${name} ${bill.key.split('/').slice(2).join('/')}`);
      await act(bill);
      return billMessage(bill);
    };

  const mayMove = (to: Move) => {
    const { status } = it;
    const renews = status === Status.TRIALING || status === Status.ACTIVE || status === Status.PAST_DUE;
    if (to === Move.LAPSED) return status === Status.PAUSED;
    if (to === Move.ENDED) return it.cancelsAtEnd || status === Status.INCOMPLETE;
    return renews || (to === Move.SUSPENDED && status === Status.INCOMPLETE);
  };

  const client: ActivityClients['subscriptions'] = {
    readSubscription: async () => message(),
    async steerSubscription({ command, planId = '' }) {
      const live = it.status !== Status.CANCELLED;
      let toPay: ToPay = ToPay.NOTHING;
      if (!live) fail('SUBSCRIPTION_STATE');
      if (command === Command.CHANGE && planId === 'growth') toPay = ToPay.UPGRADE;
      if (command === Command.CHANGE && planId === 'mini') it.nextPlan = planId;
      if (command === Command.PAUSE) it.status = Status.PAUSED;
      if (command === Command.RESUME) {
        const anew = it.status === Status.SUSPENDED || (it.status === Status.PAUSED && it.periodEnd <= clock());
        if (anew) Object.assign(it, { anchor: clock(), anchorNo: it.periodNo });
        if (anew || it.status === Status.PAST_DUE) toPay = ToPay.PERIOD;
        else if (it.status === Status.PAUSED) it.status = Status.ACTIVE;
      }
      if (command === Command.CANCEL_AT_END) it.cancelsAtEnd = true;
      if (command === Command.CANCEL_NOW) it.status = Status.CANCELLED;
      return create(SteerSubscriptionResponseSchema, { subscription: message(), toPay });
    },
    async moveSubscription({ to = Move.MOVE_UNSPECIFIED, reason = '' }) {
      if (!mayMove(to)) return message();
      if (it.periodEnd > clock() + clockSkewMs) throw new DomainError('unavailable', 'PERIOD_RUNS', 'not yet');
      if (to === Move.PAST_DUE) it.status = Status.PAST_DUE;
      if (to === Move.SUSPENDED) it.status = Status.SUSPENDED;
      if (to === Move.ENDED) it.status = Status.CANCELLED;
      it.reason = reason;
      it.calls.push(`move ${nameOf(Move, to)}`);
      return message();
    },
    async openBill({ key = '', upgradeTo = '' }) {
      const fresh = { id: crypto.randomUUID(), key, due: it.periodEnd, tries: 0, lastTryAt: 0, state: 'open' };
      const open = bills.get(key) ?? fresh;
      if (upgradeTo !== '') it.nextPlan = upgradeTo;
      bills.set(key, open);
      return billMessage(open);
    },
    async chargeBill({ billId, attempt = 0 }) {
      const bill = billOf(billId);
      it.calls.push(`charge ${bill.key.split('/').slice(2).join('/')}/try/${attempt}`);
      if (bill.state === 'undone') fail('VOIDED');
      if (bill.state === 'charged' || bill.state === 'active') return billMessage(bill);
      if (attempt <= bill.tries) fail(it.refusal);
      if (it.months === 0) {
        Object.assign(bill, { tries: attempt, lastTryAt: triedAt(bill, clock()) });
        fail(it.refusal);
      }
      it.months -= 1;
      bill.state = 'charged';
      return billMessage(bill);
    },
    refundBill: step('refund', (bill) => {
      if (bill.state === 'charged' || bill.state === 'active') it.months += 1;
      bill.state = 'undone';
    }),
    grantBill: step('grant', () => undefined),
    revokeBill: step('revoke', () => undefined),
    activateBill: step('activate', async (bill) => {
      const { key, state } = bill;
      if (state === 'active') return;
      if (state !== 'charged') fail('VOIDED');
      if (it.price > 0) await it.billed(bill.id);
      bill.state = 'active';
      it.plan = it.nextPlan ?? it.plan;
      it.nextPlan = undefined;
      if (key.includes('/change/')) return;
      it.periodNo += 1;
      const start = endOf(it.periodNo - 1);
      it.status = Status.ACTIVE;
      it.periodEnd = endOf(it.periodNo);
      it.periods.push({ no: it.periodNo, plan: it.plan, start });
      it.cancelsAtEnd = it.periods.length >= it.endsAfter;
    }),
    restartSubscriptions: async ({ afterSubscriptionId = '' }) =>
      create(RestartSubscriptionsResponseSchema, {
        restarted: 3,
        nextAfterSubscriptionId: afterSubscriptionId === '' ? 'the first page' : '',
      }),
  };
  return { client, it, bills };
}

function fail(reason: string): never {
  throw new DomainError('failed_precondition', reason, 'no');
}
