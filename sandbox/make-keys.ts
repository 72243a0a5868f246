import { sandboxDefaults } from '@doffers/process';
import { ensureSandboxKeys } from './tls/keys.ts';

// `node sandbox/make-keys.ts <directory>`: for set-up, so that services find the keys before the sandbox runs.
const [directory] = process.argv.slice(2);
if (!directory) {
  process.stderr.write('usage: node sandbox/make-keys.ts <keys directory>\n');
  process.exit(2);
}
ensureSandboxKeys(directory, sandboxDefaults(0).FCM_PROJECT_ID ?? 'doffers-sandbox');
