import type { Health } from '@doffers/process';

/** Asks one dependency for a sign of life; rejects with what is wrong. */
export type Check = () => Promise<unknown>;

const patienceMs = 3_000;

/** The state of everything a service depends on, asked anew each time and all at once. */
export async function runChecks(checks: ReadonlyMap<string, Check>): Promise<Health> {
  const states = await Promise.all([...checks].map(async ([name, check]) => [name, await stateOf(check)] as const));
  return Object.fromEntries(states);
}

/** Only the kind of failure is told: the page may be read by more people than the log. */
async function stateOf(check: Check): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer')), patienceMs);
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return typeof code === 'string' && code !== '' ? code : 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}
