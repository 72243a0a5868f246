import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { runServiceCommand } from './platform/service-command.ts';
import { stackFromEnvironment } from './stack/environment.ts';

/**
 * `npm run reconcile`: has the running stack's payment service compare its books with everything that they should agree
 * with, now. Prints the breaks that wait for a person; ends with 1 when there are any, with 2 when not every check got
 * through.
 */
await runMain(async () => {
  const reconcile = { service: 'payment', program: 'reconcile-books.ts', timeoutMs: 60 * 60_000 } as const;
  const { code, output } = await runServiceCommand(stackFromEnvironment(), reconcile);
  print.result(output.trim());
  return code;
});
