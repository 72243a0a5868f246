import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sandboxDefaults } from '@doffers/process';
import { ensureSandboxKeys } from '../../sandbox/tls/keys.ts';
import { createSelfSignedPair } from '../../sandbox/tls/self-signed.ts';
import type { Stack } from '../stack/stack.ts';
import type { Step } from './step.ts';

const renewBeforeMs = 30 * 24 * 60 * 60 * 1_000;

/**
 * Self-signed certificates of one stack: the gateway's, and those by which the sandbox passes for Google's push
 * service. In production the gateway's pair is replaced by one from a real authority; what is there is kept.
 */
export function certificates({ keysDir, offset }: Pick<Stack, 'keysDir' | 'offset'>): Step {
  const at = (file: string) => join(keysDir, file);
  return {
    name: 'TLS certificates',
    async isDone() {
      const valid = await Promise.all([
        isFresh(at('gateway.crt')),
        isFresh(at('sandbox.crt')),
        isThere(at('sandbox-fcm.json')),
        isThere(at('sandbox-irp.pub')),
      ]);
      return valid.every(Boolean);
    },
    async run() {
      await mkdir(keysDir, { recursive: true, mode: 0o700 });
      if (!(await isFresh(at('gateway.crt')))) {
        const { cert, key } = createSelfSignedPair(['localhost']);
        await writeFile(at('gateway.key'), key, { mode: 0o600 });
        await writeFile(at('gateway.crt'), cert);
      }
      if (!(await isFresh(at('sandbox.crt')))) await rm(at('sandbox.crt'), { force: true });
      ensureSandboxKeys(keysDir, sandboxDefaults(offset).FCM_PROJECT_ID ?? '');
    },
  };
}

async function isFresh(path: string): Promise<boolean> {
  try {
    return new X509Certificate(await readFile(path)).validToDate.getTime() > Date.now() + renewBeforeMs;
  } catch {
    return false;
  }
}

const isThere = (path: string) =>
  readFile(path).then(
    () => true,
    () => false,
  );
