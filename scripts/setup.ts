import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { prepare } from './setup/prepare.ts';
import { stackFromEnvironment } from './stack/environment.ts';

await runMain(async () => {
  await prepare(stackFromEnvironment());
  print.progress('✓ set up: npm start');
});
