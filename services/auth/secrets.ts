import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFieldCipher, type FieldCipher } from '@doffers/database';
import type { JWK } from 'jose';
import { type Phone, parsePhone } from './domain/phone.ts';

type Secrets = { readonly DATA_KEY: string; readonly INDEX_KEY: string };

export function fieldCipher({ DATA_KEY, INDEX_KEY }: Secrets): FieldCipher {
  return createFieldCipher({ dataKey: DATA_KEY, indexKey: INDEX_KEY });
}

/** Refresh tokens are signed with a key of their own, so that nothing else made with the data key can pass for one. */
export function refreshKey({ DATA_KEY }: Secrets): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(DATA_KEY, 'base64'), '', 'doffers refresh token', 32));
}

export function testCodes(pairs: ReadonlyMap<string, string>): ReadonlyMap<Phone, string> {
  return new Map(Array.from(pairs, ([phone, code]) => [parsePhone(phone), code]));
}

/** The first key to sign with, where set-up has made one. */
export async function givenSigningKey(keysDir: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(join(keysDir, 'access-token.private.jwk.json'), 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
