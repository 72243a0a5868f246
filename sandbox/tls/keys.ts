import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceAccount } from '../fcm/access-tokens.ts';
import { createSelfSignedPair, type TlsPair } from './self-signed.ts';

export type SandboxKeys = {
  readonly tls: TlsPair;
  readonly serviceAccount: ServiceAccount;
  /** The private key of the Invoice Registration Portal, PEM. */
  readonly irpKey: string;
};

const hostNames = ['localhost', 'sandbox', 'fcm.googleapis.com', 'oauth2.googleapis.com', 'www.googleapis.com'];

/**
 * The sandbox's TLS pair (`sandbox.crt`, `sandbox.key`), the authority that clients trust (`sandbox-ca.crt`) and the
 * service account that FCM's clients sign with (`sandbox-fcm.json`), and the key of the invoice registration portal
 * (`sandbox-irp.key`), whose public half its clients log in under (`sandbox-irp.pub`). Set-up makes the certificates of a stack; what is
 * missing here, as in a test, is made now, and what is there is kept.
 */
export function ensureSandboxKeys(directory: string, projectId: string): SandboxKeys {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const paths = {
    cert: join(directory, 'sandbox.crt'),
    key: join(directory, 'sandbox.key'),
    authority: join(directory, 'sandbox-ca.crt'),
    account: join(directory, 'sandbox-fcm.json'),
    irp: join(directory, 'sandbox-irp.key'),
    irpPublic: join(directory, 'sandbox-irp.pub'),
  };
  if (!existsSync(paths.cert) || !existsSync(paths.key)) {
    const pair = createSelfSignedPair(hostNames);
    write(paths.key, pair.key);
    write(paths.authority, pair.cert);
    write(paths.cert, pair.cert);
  }
  if (!existsSync(paths.account)) write(paths.account, JSON.stringify(newServiceAccount(projectId), null, 2));
  if (!existsSync(paths.irp) || !existsSync(paths.irpPublic)) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    write(paths.irp, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    write(paths.irpPublic, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  }
  return {
    tls: { cert: readFileSync(paths.cert, 'utf8'), key: readFileSync(paths.key, 'utf8') },
    serviceAccount: JSON.parse(readFileSync(paths.account, 'utf8')) as ServiceAccount,
    irpKey: readFileSync(paths.irp, 'utf8'),
  };
}

function newServiceAccount(projectId: string): ServiceAccount & Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    type: 'service_account',
    project_id: projectId,
    private_key_id: 'sandbox',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    client_email: `sandbox@${projectId}.iam.gserviceaccount.com`,
    client_id: '100000000000000000001',
    token_uri: 'https://oauth2.googleapis.com/token',
    universe_domain: 'googleapis.com',
  };
}

/** Whole or not at all: another process may be reading. */
function write(path: string, content: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}
