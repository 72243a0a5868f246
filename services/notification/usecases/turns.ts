import { superseded } from '../domain/dispatch.ts';
import type { Range } from '../domain/grid.ts';

/** One call's right to a range in this process. */
export type Turn = { readonly superseded: AbortSignal; leave(): void };

export type Turns = {
  /**
   * Takes a range. An older call that works on it is told to end and is waited for, so that its group in flight closes
   * in order instead of being taken over.
   *
   * @throws DomainError `SUPERSEDED` when the caller is the older one
   */
  enter(key: string, range: Range, token: bigint): Promise<Turn>;
};

const patienceMs = 2_000;

/** The calls that run in this process, by range. Other processes are fenced by the token alone. */
export function createTurns(): Turns {
  type Running = {
    readonly key: string;
    readonly range: Range;
    readonly token: bigint;
    readonly abort: AbortController;
    readonly left: Promise<void>;
  };
  const running = new Set<Running>();
  return {
    async enter(key, range, token) {
      const others = [...running].filter((other) => other.key === key && overlap(other.range, range));
      if (others.some((other) => other.token >= token)) throw superseded();
      const { promise: left, resolve } = Promise.withResolvers<void>();
      const own = { key, range, token, abort: new AbortController(), left };
      running.add(own);
      for (const other of others) other.abort.abort(superseded());
      await within(patienceMs, Promise.all(others.map((other) => other.left)));
      return {
        superseded: own.abort.signal,
        leave() {
          running.delete(own);
          resolve();
        },
      };
    },
  };
}

const overlap = (one: Range, other: Range) => one.from < other.to && other.from < one.to;

async function within(ms: number, waiting: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([waiting, late]).finally(() => clearTimeout(timer));
}
