import { rm } from 'node:fs/promises';
import { portOffset } from '@doffers/topology';
import { CommandError } from '../console/command-error.ts';
import { print } from '../console/print.ts';
import { serverNames } from '../platform/platform.ts';
import { prepare } from '../setup/prepare.ts';
import { type Stack, stackAt } from '../stack/stack.ts';
import { startDetached } from '../supervisor/start-detached.ts';
import { readState } from '../supervisor/state-file.ts';
import { stopPlatform } from '../supervisor/stop-platform.ts';

/** How a stack for tests differs from a person's: nothing of `.env`, methods that fail on demand, no limits on log-ins. */
const environment = {
  DOFFERS_ENV_FILE: '',
  DOFFERS_MODE: 'sandbox',
  DOFFERS_FAULT_SERVICE: '1',
  GATEWAY_LOGINS_PER_MINUTE: '1000000',
};

/** The stack that tests run against, beside a person's own. */
export function testStack(): Stack {
  const offset = portOffset(process.env.DOFFERS_TEST_PORT_OFFSET || '2000');
  if (offset === 0) throw new CommandError('DOFFERS_TEST_PORT_OFFSET must not be 0, which is your own platform');
  return stackAt(offset);
}

/** Starts it with empty databases; one that an earlier run was told to keep is taken as it is. */
export async function startTestStack(stack: Stack, needs: 'servers' | 'platform'): Promise<void> {
  Object.assign(process.env, environment, { DOFFERS_PORT_OFFSET: String(stack.offset) });
  const names = readState(stack)?.processes.map(({ name }) => name) ?? [];
  if (needs === 'platform' ? names.includes('gateway') : names.length > 0) {
    print.progress(`» tests run against the stack at offset ${stack.offset}, which is up`);
    return;
  }
  await stopPlatform(stack, print.progress);
  await rm(stack.runDir, { recursive: true, force: true });
  await prepare(stack);
  print.progress(`» the stack for tests, at port offset ${stack.offset}`);
  await startDetached(stack, needs === 'servers' ? ['--only', serverNames.join(',')] : []);
}
