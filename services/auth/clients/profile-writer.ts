import type { UserService } from '@doffers/proto/user/v1/user_service';
import type { Client } from '@doffers/rpc';
import type { SignUp } from '../domain/account.ts';

/** Makes the profile of a new account; harmless when it is there. */
export type ProfileWriter = { create(userId: string, signUp: SignUp | undefined): Promise<void> };

export function createProfileWriter(users: Pick<Client<typeof UserService>, 'createProfile'>): ProfileWriter {
  return {
    async create(userId, signUp) {
      await users.createProfile({ userId, ...signUp });
    },
  };
}
