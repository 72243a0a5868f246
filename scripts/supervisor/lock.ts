import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../console/command-error.ts';
import { readIdentityFile, removeIdentityFile, writeIdentityFile } from './identity-file.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** What stopping all processes one after the other may take at worst. */
const stopGraceMs = 90_000;

const isExisting = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** The living holder of the lock. */
export function lockHolder(path: string): ProcessIdentity | undefined {
  const holder = readIdentityFile(path)?.identity;
  return holder && isAlive(holder) ? holder : undefined;
}

/**
 * Takes the lock for this process; the lock of a dead process counts as none. Answers the function that gives it back.
 * @throws CommandError when a living process holds it
 */
export function acquireLock(path: string): () => void {
  const self = identityOf(process.pid);
  if (!self) throw new Error('this process has no entry in /proc');
  mkdirSync(dirname(path), { recursive: true });
  for (;;) {
    try {
      writeIdentityFile(path, { identity: self, stopGraceMs }, 'wx');
      return () => removeIdentityFile(path, self);
    } catch (error) {
      if (!isExisting(error)) throw error;
    }
    const holder = lockHolder(path);
    if (holder) throw new CommandError(alreadyRunning(holder.pid));
    discardStale(path);
  }
}

/** Of several processes that find a stale lock, the rename lets one have it; a fresh one caught by it is put back. */
function discardStale(path: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // somebody else was quicker
  }
  if (lockHolder(aside)) renameSync(aside, path);
  else rmSync(aside);
}

function alreadyRunning(pid: number): string {
  return `the platform is already running here (supervisor pid ${pid}). See it with: npm run status, stop it with: npm stop, or run a second one beside it with another DOFFERS_PORT_OFFSET`;
}
