/** The numbers `from` up to, but without, `to`. */
export type Range = { readonly from: number; readonly to: number };

type Grid = {
  readonly size: number;
  readonly groupSize: number;
  readonly chunkSize: number;
};

export type WalkPosition = {
  readonly pass: number;
  readonly next: number;
  readonly open: readonly Range[];
  readonly finished: boolean;
};

const start: WalkPosition = { pass: 0, next: 0, open: [], finished: false };

/**
 * Hands out the ranges of one channel, each once, and takes back what of one was not sent. Ranges begin at multiples of
 * the group size, since the delivery ledger refuses claims off the grid.
 */
export class Walk {
  readonly #size: number;
  readonly #step: number;
  readonly #open: Range[];
  #pass: number;
  #next: number;
  #finished: boolean;

  constructor({ size, groupSize, chunkSize }: Grid, { pass, next, open, finished }: WalkPosition = start) {
    this.#size = size;
    this.#step = Math.max(1, Math.floor(chunkSize / groupSize)) * groupSize;
    this.#open = [...open];
    this.#pass = pass;
    this.#next = next;
    this.#finished = finished;
  }

  /** 0 is the first walk; later ones send again what was refused for a while. */
  get pass(): number {
    return this.#pass;
  }

  /** Nothing is left to hand out. Ranges in somebody's hands do not count. */
  get handedOut(): boolean {
    return this.#open.length === 0 && this.#next >= this.#size;
  }

  /** No pass follows. */
  get finished(): boolean {
    return this.#finished;
  }

  take(): Range | undefined {
    const open = this.#open.shift();
    if (open !== undefined || this.handedOut) return open;
    const from = this.#next;
    this.#next = Math.min(from + this.#step, this.#size);
    return { from, to: this.#next };
  }

  /** Takes the rest of a range back; it is the next to be handed out. An empty rest is none. */
  giveBack(rest: Range): void {
    if (rest.from < rest.to) this.#open.unshift(rest);
  }

  /** Begins again at the first number. */
  begin(pass: number): void {
    this.#pass = pass;
    this.#next = 0;
  }

  finish(): void {
    this.#finished = true;
  }

  /** What the next run needs to go on here; ask when no range is in anybody's hands. */
  position(): WalkPosition {
    return { pass: this.#pass, next: this.#next, open: [...this.#open], finished: this.#finished };
  }
}
