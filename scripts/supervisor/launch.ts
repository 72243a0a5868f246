import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { logFile, pidFile, type Stack } from '../stack/stack.ts';
import { removeIdentityFile, writeIdentityFile } from './identity-file.ts';
import { openLog } from './log-files.ts';
import type { ProcessDefinition } from './process-definition.ts';
import { identityOf, type ProcessIdentity } from './process-identity.ts';

export type Launched = {
  readonly identity: ProcessIdentity;
  readonly startedAt: number;
  /** Why it ended, in words. */
  readonly exited: Promise<string>;
};

/**
 * Starts a process in a session of its own, so that neither Ctrl-C nor the end of this terminal reaches it: when and
 * in which order processes stop is the supervisor's decision. Its pid file lets a later supervisor find it.
 * @throws Error when the program cannot be run at all
 */
export async function launch(definition: ProcessDefinition, stack: Stack): Promise<Launched> {
  const { name, command, args, env, cwd, stopGraceMs } = definition;
  const log = openLog(logFile(stack, name));
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log.fd, log.fd] });
  log.close();
  const exited = once(child, 'exit');
  exited.catch(() => undefined); // an error of the spawn is reported below
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw error;
  }
  const path = pidFile(stack, name);
  // A process that has ended within the last millisecond has no identity any more; its exit is about to be told.
  const identity = identityOf(child.pid) ?? { pid: child.pid, startTicks: '-', bootId: '-' };
  try {
    writeIdentityFile(path, { identity, stopGraceMs });
  } catch (error) {
    child.kill('SIGKILL'); // nobody would find it again
    throw error;
  }
  return {
    identity,
    startedAt: Date.now(),
    exited: exited.then(([code, signal]) => {
      removeIdentityFile(path, identity);
      return signal ? `signal ${signal}` : `exit code ${code}`;
    }),
  };
}
