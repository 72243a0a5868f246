import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvFile } from 'node:process';
import { portOffset } from '@doffers/topology';
import { CommandError } from '../console/command-error.ts';
import { root, type Stack, stackAt } from './stack.ts';

/**
 * The stack that `DOFFERS_PORT_OFFSET` names. Reads `.env` first, where variables that are set already win, so that
 * one command can differ; `DOFFERS_ENV_FILE` names another file, or none when it is empty, as for tests.
 */
export function stackFromEnvironment(): Stack {
  const file = join(root, process.env.DOFFERS_ENV_FILE ?? '.env');
  if (file !== root && existsSync(file)) loadEnvFile(file);
  try {
    return stackAt(portOffset(process.env.DOFFERS_PORT_OFFSET), process.env.KEYS_DIR);
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message);
    throw error;
  }
}
