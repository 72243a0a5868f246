import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import { endProcess } from './end-process.ts';
import { type IdentityFile, readIdentityFile } from './identity-file.ts';
import { isAlive } from './process-identity.ts';

export type Orphan = IdentityFile & { readonly name: string };

/** Processes that outlived their supervisor, the last started first. Files of processes that are gone are removed. */
export function findOrphans(stack: Stack): Orphan[] {
  const orphans: (Orphan & { startedAt: number })[] = [];
  for (const file of filesIn(stack.runDir).filter((name) => name.endsWith('.pid'))) {
    const path = join(stack.runDir, file);
    const written = readIdentityFile(path);
    if (!written || !isAlive(written.identity)) rmSync(path, { force: true });
    else orphans.push({ ...written, name: basename(file, '.pid'), startedAt: statSync(path).mtimeMs });
  }
  return orphans.toSorted((a, b) => b.startedAt - a.startedAt);
}

/** Ends what a supervisor that was killed left behind. The caller holds the lock. @throws Error when one survives */
export async function endOrphans(stack: Stack, say: (name: string, text: string) => void): Promise<void> {
  for (const { name, identity, stopGraceMs } of findOrphans(stack)) {
    say(name, `ending pid ${identity.pid}, which outlived its supervisor`);
    if (!(await endProcess(identity, stopGraceMs))) throw new Error(`${name} (pid ${identity.pid}) could not be ended`);
    rmSync(join(stack.runDir, `${name}.pid`), { force: true });
  }
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
