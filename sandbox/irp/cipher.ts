import { constants, createCipheriv, createDecipheriv, privateDecrypt } from 'node:crypto';

const aes = 'aes-256-ecb';

export function encrypt(key: Buffer, plain: Buffer): string {
  const cipher = createCipheriv(aes, key, null);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

/** The JSON under a session's key; undefined for what is none. */
export function decryptJson(key: Buffer, base64: string): unknown {
  const decipher = createDecipheriv(aes, key, null);
  return json(() => Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]).toString('utf8'));
}

/** The credentials under the portal's public key: base64 of JSON; undefined for what is none. */
export function unsealJson(privateKey: string, base64: string): unknown {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  return json(() => {
    const encoded = privateDecrypt(key, Buffer.from(base64, 'base64')).toString('utf8');
    return Buffer.from(encoded, 'base64').toString('utf8');
  });
}

function json(read: () => string): unknown {
  try {
    return JSON.parse(read());
  } catch {
    return undefined;
  }
}
