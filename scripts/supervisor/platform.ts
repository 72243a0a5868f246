import type { ProcessDefinition } from './process-definition.ts';
import type { SupervisedProcess } from './supervised-process.ts';

/**
 * Starts processes as soon as all they wait for are ready, as many at once as that allows.
 * @throws Error of the first that does not start; the others may be in any state then
 */
export async function startInOrder(processes: readonly SupervisedProcess[]): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const start = (process: SupervisedProcess): Promise<void> => {
    const { name, after } = process.definition;
    const known = started.get(name);
    if (known) return known;
    const needed = processes.filter(({ definition }) => after.includes(definition.name));
    const promise = Promise.all(needed.map(start)).then(() => process.start());
    started.set(name, promise);
    return promise;
  };
  await Promise.all(processes.map(start));
}

/** Stops processes in the reverse order: each once everything that needs it is gone. */
export async function stopInOrder(processes: readonly SupervisedProcess[]): Promise<void> {
  const stopped = new Map<string, Promise<void>>();
  const stop = (process: SupervisedProcess): Promise<void> => {
    const { name } = process.definition;
    const known = stopped.get(name);
    if (known) return known;
    const dependents = processes.filter(({ definition }) => definition.after.includes(name));
    const promise = Promise.all(dependents.map(stop)).then(() => process.stop());
    stopped.set(name, promise);
    return promise;
  };
  await Promise.all(processes.map(stop));
}

type Selection = { readonly only?: readonly string[]; readonly without?: readonly string[] };

/**
 * The part of the platform that was asked for: `only` these and what they need, or all but those in `without`.
 * @throws RangeError for a name that no process has
 */
export function select(all: readonly ProcessDefinition[], { only, without = [] }: Selection): ProcessDefinition[] {
  const names = all.map(({ name }) => name);
  const unknown = [...(only ?? []), ...without].filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new RangeError(`no process is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  const wanted = new Set<string>();
  const want = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    all.find((definition) => definition.name === name)?.after.forEach(want);
  };
  (only ?? names).forEach(want);
  return all.filter(({ name }) => wanted.has(name) && !without.includes(name));
}
