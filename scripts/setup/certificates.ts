import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../console/command-error.ts';
import { runCommand } from '../console/run-command.ts';
import type { Stack } from '../stack/stack.ts';
import type { Step } from './step.ts';

const day = 24 * 60 * 60 * 1_000;
const renewBefore = 30 * day;
/** The longest life that every client accepts of a server's certificate. */
const lifetimeDays = '825';

/** The names of Google's servers, which the sandbox answers for FCM; its own authority makes clients believe it. */
const sandboxNames = 'DNS:fcm.googleapis.com,DNS:oauth2.googleapis.com,DNS:localhost,IP:127.0.0.1';

/** Self-signed certificates of one stack: the gateway's, and the sandbox's with the authority that signed it. */
export function certificates({ keysDir }: Pick<Stack, 'keysDir'>): Step {
  return {
    name: 'TLS certificates',
    async isDone() {
      const valid = await Promise.all(['gateway', 'sandbox', 'sandbox-ca'].map((name) => isFresh(keysDir, name)));
      return valid.every(Boolean);
    },
    async run() {
      await mkdir(keysDir, { recursive: true, mode: 0o700 });
      await selfSigned(keysDir, 'gateway', ["/CN=D'Offers gateway", 'DNS:localhost,IP:127.0.0.1']);
      await selfSigned(keysDir, 'sandbox-ca', ["/CN=D'Offers sandbox authority"]);
      await signedBySandbox(keysDir);
    },
  };
}

async function selfSigned(dir: string, name: string, [subject, names]: readonly [string, string?]): Promise<void> {
  const extension = names ? ['-addext', `subjectAltName=${names}`] : [];
  await openssl(dir, [
    'req',
    '-x509',
    ...newKey(name),
    '-out',
    `${name}.crt`,
    '-days',
    lifetimeDays,
    '-subj',
    subject,
    ...extension,
  ]);
}

async function signedBySandbox(dir: string): Promise<void> {
  await openssl(dir, ['req', ...newKey('sandbox'), '-out', 'sandbox.csr', '-subj', "/CN=D'Offers sandbox"]);
  await writeFile(join(dir, 'sandbox.ext'), `subjectAltName=${sandboxNames}\n`);
  const authority = ['-CA', 'sandbox-ca.crt', '-CAkey', 'sandbox-ca.key', '-CAcreateserial'];
  const files = ['-in', 'sandbox.csr', '-extfile', 'sandbox.ext', '-out', 'sandbox.crt'];
  await openssl(dir, ['x509', '-req', ...authority, ...files, '-days', lifetimeDays]);
  for (const file of ['sandbox.csr', 'sandbox.ext', 'sandbox-ca.srl']) await rm(join(dir, file), { force: true });
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
}

/** Node signs with X.509 keys but issues no certificates, and openssl is wherever HTTPS is. */
async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runCommand('openssl', args, { cwd, timeoutMs: 30_000 }).catch(() => {
    throw new CommandError(
      'openssl is missing, which makes the TLS certificates: install it (apt-get install openssl)',
    );
  });
  if (code !== 0) throw new CommandError(`openssl ${args[0]} failed: ${output.trim().split('\n').at(-1)}`);
}

async function isFresh(dir: string, name: string): Promise<boolean> {
  try {
    const certificate = new X509Certificate(await readFile(join(dir, `${name}.crt`)));
    await readFile(join(dir, `${name}.key`));
    return certificate.validToDate.getTime() > Date.now() + renewBefore;
  } catch {
    return false;
  }
}
