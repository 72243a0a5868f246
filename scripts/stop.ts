import { print } from './console/print.ts';
import { runMain } from './console/run-main.ts';
import { stackFromEnvironment } from './stack/environment.ts';
import { stopPlatform } from './supervisor/stop-platform.ts';

await runMain(async () => {
  const stopped = await stopPlatform(stackFromEnvironment(), print.progress);
  print.progress(stopped ? '✓ stopped' : 'nothing is running');
});
