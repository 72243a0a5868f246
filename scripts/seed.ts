import { print } from './console/print.ts';
import { runCommand } from './console/run-command.ts';
import { runMain } from './console/run-main.ts';
import { databaseUrlsOf, processEnvironment } from './platform/process-environment.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { root } from './stack/stack.ts';

/** `npm run seed -- --customers 100000`: adds synthetic customers to the running stack's user database. */
await runMain(async () => {
  const stack = stackFromEnvironment();
  const { rows, migrations } = databaseUrlsOf(process.env, stack).user;
  const environment = processEnvironment(process.env, stack);
  const { code, output } = await runCommand(
    process.execPath,
    ['services/user/seed-customers.ts', ...process.argv.slice(2)],
    {
      cwd: root,
      env: { ...environment, DATABASE_URL: rows, DATABASE_MIGRATION_URL: migrations },
      timeoutMs: 600_000,
    },
  );
  print.result(output.trim());
  return code;
});
