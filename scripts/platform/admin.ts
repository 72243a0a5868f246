import { runCommand } from '../console/run-command.ts';
import { root, type Stack } from '../stack/stack.ts';
import { databaseUrlsOf, processEnvironment } from './process-environment.ts';

/** Runs auth's own command that makes an administrator, with the environment that auth has in this stack. */
export async function createAdmin(stack: Stack, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { rows, migrations } = databaseUrlsOf(process.env, stack).auth;
  const env = {
    ...processEnvironment(process.env, stack),
    DATABASE_URL: rows,
    DATABASE_MIGRATION_URL: migrations,
  };
  return runCommand(process.execPath, ['services/auth/admin-create.ts', ...args], {
    cwd: root,
    env,
    timeoutMs: 60_000,
  });
}
