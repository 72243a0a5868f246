import { setTimeout as sleep } from 'node:timers/promises';
import { isAway } from './statement-pool.ts';

const askAgainMs = 250;

/**
 * Does `work` again for as long as the database is away: for what a group that is being sent cannot do without, since
 * what was sent is known only here.
 */
export async function whileAway<T>(work: () => Promise<T>, patienceMs = 60_000): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || performance.now() > until) throw error;
      await sleep(askAgainMs);
    }
  }
}
