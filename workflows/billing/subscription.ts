import { condition, upsertSearchAttributes } from '@temporalio/workflow';
import type { SubscriptionState } from '../activities/subscription-activities.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import type { SubscriptionInput } from '../contracts/subscription.ts';
import { workflowIds } from '../contracts/workflow-ids.ts';
import { type Answered, AnsweredRequests } from '../lib/answered-requests.ts';
import { Saga } from '../lib/saga.ts';
import { StatusPage } from '../lib/status-page.ts';
import { Turns } from '../lib/turns.ts';

/** What a run hands to the next one. The subscription itself is kept by the payment service. */
export type CarriedSubscription = { readonly answered: Answered<true> };

/** What the clockwork of one subscription and the commands to it share. The payment service keeps the rest. */
export class Subscription {
  readonly input: SubscriptionInput;
  readonly status: StatusPage;
  readonly saga: Saga;
  readonly answered: AnsweredRequests<true>;
  /** Money and state are changed by one at a time: the clockwork, or a command. */
  readonly turns = new Turns();
  /** A period was paid: the next run goes on. */
  renewed = false;
  #commands = 0;
  #nextActionAt: number | undefined;

  constructor(input: SubscriptionInput, carried?: CarriedSubscription) {
    this.input = input;
    this.status = new StatusPage(`Subscription ${input.subscriptionId}`);
    this.saga = new Saga(this.status);
    this.answered = new AnsweredRequests(carried?.answered);
  }

  /** Of the bill of a period; what follows it names a change or another beginning within it. */
  billKey(periodNo: number, ...rest: readonly string[]): string {
    return [workflowIds.subscription(this.input.subscriptionId), 'cycle', periodNo, ...rest].join('/');
  }

  /** How many commands were carried out; see `reaches`. */
  get commands(): number {
    return this.#commands;
  }

  commanded(): void {
    this.#commands += 1;
  }

  /** Waits for a moment, or without end. Answers false when a command came first, since `commands` was read. */
  async reaches(at: number | undefined, commands: number): Promise<boolean> {
    this.#announce(at);
    const commanded = () => this.#commands > commands;
    if (at === undefined) {
      await condition(commanded);
      return false;
    }
    return at <= Date.now() ? !commanded() : !(await condition(commanded, at - Date.now()));
  }

  show({ status, planId, periodNo, periodEnd, cancelsAtEnd }: SubscriptionState): void {
    const end = new Date(periodEnd).toISOString();
    this.status.enter(status, { plan: planId, period: periodNo, 'ends or renews': end, ends: String(cancelsAtEnd) });
  }

  #announce(at: number | undefined): void {
    if (at === undefined || at === this.#nextActionAt) return;
    this.#nextActionAt = at;
    upsertSearchAttributes([{ key: searchAttributes.nextActionAt, value: new Date(at) }]);
  }
}
