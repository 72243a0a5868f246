/** Lets one piece of work of a workflow run at a time, in the order in which they ask. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
