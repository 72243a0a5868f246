import { createLogger, parseConfig, runProcess } from '@doffers/process';
import { sandboxConfig } from './config.ts';
import { startSandbox } from './sandbox.ts';

runProcess('sandbox', async (shutdown) => {
  const log = createLogger({ name: 'sandbox' });
  const config = parseConfig(sandboxConfig);
  const sandbox = await startSandbox(config, {
    onError: (err) => log.error({ err }, 'a request could not be handled'),
  });
  shutdown.onStop('sandbox', () => sandbox.close());
  log.info({ httpPort: sandbox.httpPort, tlsPort: sandbox.tlsPort }, 'ready');
});
