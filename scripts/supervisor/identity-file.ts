import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ProcessIdentity } from './process-identity.ts';

export type IdentityFile = {
  readonly identity: ProcessIdentity;
  /** How long the process may take to stop, for whoever has to end it without knowing what it is. */
  readonly stopGraceMs: number;
};

/** A pid file: the number on its own line, as other tools expect it, then what makes it certain whose number it is. */
export function writeIdentityFile(path: string, { identity, stopGraceMs }: IdentityFile, flag: 'w' | 'wx' = 'w'): void {
  const { pid, startTicks, bootId } = identity;
  writeFileSync(path, `${[pid, startTicks, bootId, stopGraceMs].join('\n')}\n`, { flag });
}

export function readIdentityFile(path: string): IdentityFile | undefined {
  try {
    const [pid, startTicks, bootId, stopGraceMs] = readFileSync(path, 'utf8').split('\n');
    if (!(Number(pid) > 0) || !startTicks || !bootId) return undefined;
    return { identity: { pid: Number(pid), startTicks, bootId }, stopGraceMs: Number(stopGraceMs) || 0 };
  } catch {
    return undefined;
  }
}

/** Removes the file, unless somebody else has written theirs in the meantime. */
export function removeIdentityFile(path: string, { pid, startTicks }: ProcessIdentity): void {
  const written = readIdentityFile(path)?.identity;
  if (written?.pid === pid && written.startTicks === startTicks) rmSync(path, { force: true });
}
