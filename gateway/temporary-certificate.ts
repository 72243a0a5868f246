import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A self-signed certificate for the loopback, for where set-up has made none: Envoy reads the files to check them. */
export async function makeCertificate(directory: string) {
  const files = { tlsCertificate: join(directory, 'gateway.crt'), tlsKey: join(directory, 'gateway.key') };
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', files.tlsKey];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const certificate = ['-x509', '-days', '1', '-out', files.tlsCertificate];
  await promisify(execFile)('openssl', ['req', ...key, ...names, ...certificate]);
  return { files, pem: await readFile(files.tlsCertificate, 'utf8') };
}
