import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { runSeed } from './platform/seed-customers.ts';
import { stackFromEnvironment } from './stack/environment.ts';

/** `npm run seed -- --customers 100000`: adds synthetic customers to the running stack's user database. */
await runMain(async () => {
  const { code, output } = await runSeed(stackFromEnvironment(), process.argv.slice(2));
  print.result(output.trim());
  return code;
});
