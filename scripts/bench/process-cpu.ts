import { readFileSync } from 'node:fs';

/** The kernel counts in ticks of 10 ms, on every Linux that Node runs on. */
const microsPerTick = 10_000;

/** The processor time that a process and its threads have used so far, in µs. Undefined once it has ended. */
export function cpuMicros(pid: number): number | undefined {
  try {
    return parseCpu(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The name in parentheses may hold anything, so fields are counted from its end. */
export function parseCpu(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isInteger(user) && Number.isInteger(system) ? (user + system) * microsPerTick : undefined;
}
