import { append, type FieldCipher, type OutboxMessage, type Transaction } from '@doffers/database';
import type { SignUp } from '../domain/account.ts';
import type { UserCreated } from '../domain/events.ts';

export type EventRepository = { announce(event: UserCreated): Promise<void> };

type StoredPayload = { readonly userId: string; readonly signUp: string | null };

/** What a person told is sealed while it waits in the outbox. */
export function createEventRepository(tx: Transaction, cipher: FieldCipher): EventRepository {
  return {
    async announce({ topic, key, payload: { userId, signUp } }) {
      const sealed = signUp && cipher.seal(signUpField(userId), JSON.stringify(signUp)).toString('base64');
      const payload: StoredPayload = { userId, signUp: sealed ?? null };
      await append(tx, { topic, key, payload });
    },
  };
}

/** Opens a message of this service's outbox. */
export function readEvent({ topic, key, payload }: OutboxMessage, cipher: FieldCipher): UserCreated {
  if (topic !== 'user.created') throw new Error(`nobody announces ${topic} here`);
  const { userId, signUp } = payload as StoredPayload;
  const opened = signUp === null ? undefined : cipher.open(signUpField(userId), Buffer.from(signUp, 'base64'));
  return { topic, key, payload: { userId, signUp: opened === undefined ? undefined : (JSON.parse(opened) as SignUp) } };
}

const signUpField = (userId: string) => ({ table: 'outbox', column: 'sign_up', id: userId });
