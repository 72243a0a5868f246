import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { createAdmin } from './platform/admin.ts';
import { stackFromEnvironment } from './stack/environment.ts';

/** `npm run admin:create -- --phone 9999999999`: makes an administrator in the running stack's auth database. */
await runMain(async () => {
  const { code, output } = await createAdmin(stackFromEnvironment(), process.argv.slice(2));
  print.result(output.trim());
  return code;
});
