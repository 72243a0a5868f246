import { constants, createCipheriv, createDecipheriv, publicEncrypt } from 'node:crypto';

/**
 * What the portal wants around its messages: log-in under its public key (RSA, PKCS #1), everything else under the
 * session's key (AES-256 in ECB mode, which is weak by today's standards; the connection itself is TLS).
 */
const aes = 'aes-256-ecb';

export function encrypt(key: Buffer, plain: Buffer): string {
  const cipher = createCipheriv(aes, key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** @throws Error when it was encrypted under another key */
export function decrypt(key: Buffer, base64: string): Buffer {
  const decipher = createDecipheriv(aes, key, null);
  return Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]);
}

/** The portal decodes the credentials from base64 after it has decrypted them. */
export function sealCredentials(publicKey: string, credentials: object): string {
  const encoded = Buffer.from(Buffer.from(JSON.stringify(credentials)).toString('base64'));
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, encoded).toString('base64');
}
