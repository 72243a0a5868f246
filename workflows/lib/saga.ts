import {
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  log,
  setHandler,
} from '@temporalio/workflow';
import { type CompensationDecision, resolveCompensationUpdate } from '../contracts/compensation.ts';
import { reasonOf, refusal } from './refusals.ts';
import type { StatusPage } from './status-page.ts';

const withoutReason = 'an error without a reason';

type Undo = { readonly step: string; readonly run: () => Promise<unknown> };
type Waiting = { readonly step: string; readonly decide: (decision: CompensationDecision) => void };

/**
 * Remembers how to undo what a workflow did, and does it newest first when a later step fails or the workflow is
 * cancelled. An undo that fails is never dropped: the workflow stays open, flagged for operations, until a person says
 * `retry` or `handled`, and older undos wait behind it.
 *
 * An undo must succeed when there is nothing to undo, and must leave a **tombstone** under its step's key: a step that
 * timed out may still take effect later, and is refused by the tombstone then.
 */
export class Saga {
  readonly #status: StatusPage;
  readonly #undos: Undo[] = [];
  #waiting: Waiting | undefined;

  /** Create it before the first `await` of the workflow, or an early decision finds no handler. */
  constructor(status: StatusPage) {
    this.#status = status;
    setHandler(resolveCompensationUpdate, (decision) => this.#waiting?.decide(decision), {
      description: 'Decide about a compensation that did not succeed: retry, or handled outside.',
      validator: (decision) => this.#validate(decision),
    });
  }

  /** Runs a step together with its undo, which is remembered *first*: a step that failed may have taken effect. */
  async step<T>(step: string, action: () => Promise<T>, undo: () => Promise<unknown>): Promise<T> {
    this.register(step, undo);
    return action();
  }

  /** Remembers the undo of a step that ran elsewhere, such as in the run before this one. */
  register(step: string, undo: () => Promise<unknown>): void {
    this.#undos.push({ step, run: undo });
  }

  /** The pivot: from here on what was done stays done. */
  commit(): void {
    this.#undos.length = 0;
  }

  /**
   * Runs `body`, and undoes its steps when it throws, also when the workflow is cancelled. Then it throws the same.
   * Continuing as new is not a failure and undoes nothing, but belongs outside: the next run must register the undos.
   */
  async run<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof ContinueAsNew)) await this.compensate();
      throw error;
    } finally {
      await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    }
  }

  /** Undoes everything. Returns only when nothing is left to undo. */
  async compensate(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) await this.#undo(undo);
    });
  }

  /** Runs a step that must not be left out, such as billing what was taken: a failure waits for a person, too. */
  async insist(step: string, run: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await run();
        return;
      } catch (error) {
        log.error('a step that must succeed failed', { step, error });
        const what = `\`${step}\` did not succeed: ${reasonOf(error) ?? withoutReason}`;
        if ((await this.#askOperations(step, `STUCK_${step}`, what)) === 'handled') return;
      }
    }
  }

  async #undo({ step, run }: Undo): Promise<void> {
    for (;;) {
      try {
        await run();
        return;
      } catch (error) {
        log.error('compensation failed', { step, error });
        const what = `Undoing \`${step}\` was refused: ${reasonOf(error) ?? withoutReason}`;
        if ((await this.#askOperations(step, `UNDO_${step}`, what)) === 'handled') return;
      }
    }
  }

  async #askOperations(step: string, failureCode: string, what: string): Promise<CompensationDecision['decision']> {
    this.#status.raiseAttention(
      failureCode,
      `${what}. Decide by the update \`resolveCompensation\`: retry, or handled.`,
    );
    const { decision, note } = await this.#decisionAbout(step);
    log.info('operations decided about a compensation', { step, decision, note });
    this.#status.clearAttention();
    return decision;
  }

  /** Takes the first decision; a second one that comes at the same moment finds nothing waiting. */
  #decisionAbout(step: string): Promise<CompensationDecision> {
    return new Promise((resolve) => {
      const decide = (decision: CompensationDecision) => {
        this.#waiting = undefined;
        resolve(decision);
      };
      this.#waiting = { step, decide };
    });
  }

  #validate({ step, decision }: CompensationDecision): void {
    if (step !== this.#waiting?.step) {
      throw refusal('failed_precondition', 'NOT_WAITING', `${step} is not waiting for a decision`);
    }
    if (decision !== 'retry' && decision !== 'handled') {
      throw refusal('invalid_argument', 'DECISION_UNKNOWN', 'decide retry or handled');
    }
  }
}
