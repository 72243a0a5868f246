const remembered = 50;

/** What one run hands to the next: the last requests with their answers. Plain JSON, so answers must be small. */
export type Answered<A> = readonly (readonly [requestId: string, answer: A])[];

/**
 * Gives a repeated request the answer that the first one got. The server forgets update ids when a workflow continues
 * as new, so the workflow itself remembers the last ones and carries them along.
 */
export class AnsweredRequests<A> {
  readonly #answers: Map<string, A>;
  readonly #open = new Map<string, Promise<A>>();

  constructor(carried: Answered<A> = []) {
    this.#answers = new Map(carried);
  }

  /** Lets the validator of an update pass a request that was already answered, whatever the phase is by now. */
  knows(requestId: string): boolean {
    return this.#answers.has(requestId) || this.#open.has(requestId);
  }

  /** Answers from memory, or by `work`, which runs once however often it is asked for. A failure is not remembered. */
  async answer(requestId: string, work: () => A | Promise<A>): Promise<A> {
    const known = this.#answers.get(requestId);
    if (known !== undefined || this.#answers.has(requestId)) return known as A;
    const open = this.#open.get(requestId) ?? this.#start(requestId, work);
    return open;
  }

  /** Call it once all handlers have finished: what is still open is not carried. */
  carry(): Answered<A> {
    return [...this.#answers].slice(-remembered);
  }

  async #start(requestId: string, work: () => A | Promise<A>): Promise<A> {
    const open = Promise.resolve().then(work);
    this.#open.set(requestId, open);
    try {
      const answer = await open;
      this.#answers.set(requestId, answer);
      this.#trim();
      return answer;
    } finally {
      this.#open.delete(requestId);
    }
  }

  #trim(): void {
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size > remembered) this.#answers.delete(oldest);
  }
}
