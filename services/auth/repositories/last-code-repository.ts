import type { FieldCipher } from '@doffers/database';
import type { Redis } from '@doffers/process';
import type { Phone } from '../domain/phone.ts';
import { failingClosed } from './failing-closed.ts';

export type LastCode = { readonly code: string; readonly expiresAt: Date };

/** The last code of each number, for the sandbox only: nothing of the kind is built in production. */
export type LastCodeRepository = {
  remember(phone: Phone, last: LastCode): Promise<void>;
  find(phone: Phone): Promise<LastCode | undefined>;
};

export function createLastCodeRepository(redis: Redis, cipher: FieldCipher): LastCodeRepository {
  const key = (phone: Phone) => `auth:otp-last:${cipher.blindIndex(phone).toString('base64url')}`;
  return {
    async remember(phone, { code, expiresAt }) {
      const sealed = cipher.seal(field(phone), JSON.stringify({ code, expiresAt: expiresAt.getTime() }));
      await failingClosed(() => redis.set(key(phone), sealed.toString('base64'), 'PXAT', expiresAt.getTime()));
    },
    async find(phone) {
      const sealed = await failingClosed(() => redis.get(key(phone)));
      if (sealed === null) return undefined;
      const stored = JSON.parse(cipher.open(field(phone), Buffer.from(sealed, 'base64')));
      return { code: stored.code, expiresAt: new Date(stored.expiresAt) };
    },
  };
}

const field = (phone: Phone) => ({ table: 'otp', column: 'last', id: phone });
