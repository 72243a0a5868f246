import { CommandError } from '../console/command-error.ts';
import { runCommand } from '../console/run-command.ts';
import { root, type Stack } from '../stack/stack.ts';
import { databaseUrlsOf, processEnvironment } from './process-environment.ts';

/** A million takes about two minutes, and more on a busy machine. */
const patienceMs = 20 * 60_000;

type Seeded = { readonly added: number; readonly there: number };

/**
 * Adds synthetic customers to a running stack until there are `customers` of them, by the user service's own command.
 * Repeating it adds only what is missing.
 * @throws CommandError with what that command said
 */
export async function seedCustomers(
  stack: Stack,
  { customers, pincode }: { readonly customers: number; readonly pincode: string },
): Promise<Seeded> {
  const { code, output } = await runSeed(stack, ['--customers', String(customers), '--pincode', pincode]);
  if (code !== 0) throw new CommandError(`no customers could be added: ${output.trim()}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Seeded;
}

/** Runs the command as it stands, with the environment that the user service has in this stack. */
export async function runSeed(stack: Stack, args: readonly string[]): Promise<{ code: number; output: string }> {
  const { rows, migrations } = databaseUrlsOf(process.env, stack).user;
  const env = {
    ...processEnvironment(process.env, stack),
    DATABASE_URL: rows,
    DATABASE_MIGRATION_URL: migrations,
  };
  return runCommand(process.execPath, ['services/user/seed-customers.ts', ...args], {
    cwd: root,
    env,
    timeoutMs: patienceMs,
  });
}
