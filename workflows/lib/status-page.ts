import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { searchAttributes } from '../contracts/search-attributes.ts';

export type Rows = Readonly<Record<string, string | number>>;

/**
 * What operations see of a workflow: the phase and whether it needs somebody, as search attributes to find it by, and a
 * page of details in the UI. The page costs nothing and may change as often as one likes; an attribute is an event in
 * the history, so it is written only when it changes. Changing *where* one is written breaks open workflows.
 */
export class StatusPage {
  readonly #title: string;
  #phase: string;
  #rows: Rows = {};
  #attention: string | undefined;

  constructor(title: string) {
    this.#title = title;
    this.#phase = workflowInfo().typedSearchAttributes.get(searchAttributes.phase) ?? '';
  }

  /** Moves on to another phase. */
  enter(phase: string, rows: Rows = {}): void {
    if (phase !== this.#phase) upsertSearchAttributes([{ key: searchAttributes.phase, value: phase }]);
    this.#phase = phase;
    this.show(rows);
  }

  /** Ends in a phase that nobody wished for; `reason` is what to look for. */
  fail(phase: string, reason: string): void {
    upsertSearchAttributes([
      { key: searchAttributes.phase, value: phase },
      { key: searchAttributes.failureCode, value: reason },
    ]);
    this.#phase = phase;
    this.show({ reason });
  }

  /** Adds or replaces rows of the page. */
  show(rows: Rows): void {
    this.#rows = { ...this.#rows, ...rows };
    this.#write();
  }

  /** Calls for a person; `what` says what happened and what to do. */
  raiseAttention(failureCode: string, what: string): void {
    this.#attention = what;
    upsertSearchAttributes([
      { key: searchAttributes.needsAttention, value: true },
      { key: searchAttributes.failureCode, value: failureCode },
    ]);
    this.#write();
  }

  /** The person has decided. The failure code stays, so that it can be counted later what needed people. */
  clearAttention(): void {
    this.#attention = undefined;
    upsertSearchAttributes([{ key: searchAttributes.needsAttention, value: false }]);
    this.#write();
  }

  #write(): void {
    const attention = this.#attention === undefined ? [] : [`> **Needs attention.** ${this.#attention}`, ''];
    const rows = Object.entries(this.#rows).map(([name, value]) => `| ${name} | ${value} |`);
    setCurrentDetails(
      [`### ${this.#title}`, '', ...attention, '| phase | ' + `**${this.#phase}** |`, '|---|---|', ...rows].join('\n'),
    );
  }
}
