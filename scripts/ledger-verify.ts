import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { runServiceCommand } from './platform/service-command.ts';
import { stackFromEnvironment } from './stack/environment.ts';

/**
 * `npm run ledger:verify`: checks the hash chain, the balance of every journal, and wallets, holds and lots against the
 * entries, in the running stack's payment database. Prints what is wrong; ends with 1 when anything is.
 */
await runMain(async () => {
  const verify = { service: 'payment', program: 'ledger-verify.ts', timeoutMs: 60 * 60_000 } as const;
  const { code, output } = await runServiceCommand(stackFromEnvironment(), verify);
  print.result(output.trim());
  return code;
});
