import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import type { ProcessStatus } from './supervised-process.ts';

export type PlatformState = {
  readonly phase: 'starting' | 'running' | 'stopping';
  readonly startedAt: number;
  readonly processes: readonly ProcessStatus[];
};

const pathOf = (stack: Stack) => join(stack.runDir, 'state.json');

/** What the supervisor tells others; the file is replaced in one step, so readers never see half of it. */
export function writeState(stack: Stack, state: PlatformState): void {
  const path = pathOf(stack);
  writeFileSync(`${path}.new`, JSON.stringify(state));
  renameSync(`${path}.new`, path);
}

export function readState(stack: Stack): PlatformState | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(stack), 'utf8')) as PlatformState;
  } catch {
    return undefined;
  }
}

export const removeState = (stack: Stack): void => rmSync(pathOf(stack), { force: true });
