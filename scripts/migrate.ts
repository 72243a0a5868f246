import { CommandError } from './console/command-error.ts';
import { print } from './console/print.ts';
import { runCommand } from './console/run-command.ts';
import { runMain } from './console/run-main.ts';
import { databaseUrlsOf, dataServices, processEnvironment } from './platform/process-environment.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { root } from './stack/stack.ts';

const timeoutMs = 10 * 60_000;

/** Services migrate their own tables when they start; this does it beforehand, one after the other. */
await runMain(async () => {
  const stack = stackFromEnvironment();
  const urls = databaseUrlsOf(process.env, stack);
  for (const name of dataServices) {
    const { rows, migrations } = urls[name];
    const env = { ...processEnvironment(process.env, stack), DATABASE_URL: rows, DATABASE_MIGRATION_URL: migrations };
    const args = [`services/${name}/server.ts`, 'migrate'];
    const { code, output } = await runCommand(process.execPath, args, { cwd: root, env, timeoutMs });
    if (code !== 0) throw new CommandError(`${name} could not be migrated (does its database run?)\n${output.trim()}`);
    print.result(`${name.padEnd(14)} ${appliedIn(output)}`);
  }
});

/** The service says in its log how many migrations that took. */
function appliedIn(log: string): string {
  const applied = Number(/"applied":(\d+)/.exec(log)?.[1] ?? 0);
  return applied === 0 ? 'was up to date' : `${applied} migrations applied`;
}
