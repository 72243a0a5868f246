import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { portOffset } from '@doffers/topology';
import { CommandError } from '../console/command-error.ts';
import { root, type Stack, stackAt } from './stack.ts';

/** Reads `.env` from the repository's root. Variables that are set already win, so one command can differ. */
export function loadDotEnv(): void {
  const file = join(root, '.env');
  if (existsSync(file)) loadEnvFile(file);
}

/** The stack that `.env` and the environment name by `DOFFERS_PORT_OFFSET`. */
export function stackFromEnvironment(): Stack {
  loadDotEnv();
  try {
    return stackAt(portOffset(process.env.DOFFERS_PORT_OFFSET));
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}
