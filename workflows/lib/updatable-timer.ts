import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** A deadline that can be moved while it is waited for, such as a campaign's send time. */
export class UpdatableTimer {
  #deadline: number;
  #fired = false;
  #waiting: CancellationScope | undefined;

  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  get deadline(): number {
    return this.#deadline;
  }

  set deadline(value: number) {
    this.#deadline = value;
    this.#waiting?.cancel();
  }

  /** Ends the wait at once, also one that has not begun. */
  fire(): void {
    this.#fired = true;
    this.#waiting?.cancel();
  }

  /** @throws CancelledFailure only when the workflow itself, or the scope around, is cancelled */
  async wait(): Promise<void> {
    while (!this.#fired && this.#deadline > Date.now()) await this.#sleep();
  }

  async #sleep(): Promise<void> {
    const scope = new CancellationScope();
    this.#waiting = scope;
    try {
      const until = new Date(this.#deadline).toISOString();
      await scope.run(() => sleep(this.#deadline - Date.now(), { summary: `until ${until}` }));
    } catch (error) {
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    } finally {
      this.#waiting = undefined;
    }
  }
}
