import { print } from './console/print.ts';
import { runCommand } from './console/run-command.ts';
import { runMain } from './console/run-main.ts';
import { databaseUrlsOf, processEnvironment } from './platform/process-environment.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { root } from './stack/stack.ts';

/** `npm run admin:create -- --phone 9999999999`: makes an administrator in the running stack's auth database. */
await runMain(async () => {
  const stack = stackFromEnvironment();
  const { rows, migrations } = databaseUrlsOf(process.env, stack).auth;
  const environment = processEnvironment(process.env, stack);
  const { code, output } = await runCommand(
    process.execPath,
    ['services/auth/admin-create.ts', ...process.argv.slice(2)],
    {
      cwd: root,
      env: { ...environment, DATABASE_URL: rows, DATABASE_MIGRATION_URL: migrations },
      timeoutMs: 60_000,
    },
  );
  print.result(output.trim());
  return code;
});
