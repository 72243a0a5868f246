import type { AuthService } from '@doffers/proto/auth/v1/auth_service';
import type { Client } from '@doffers/rpc';

export type AccountReader = {
  /** How a person logs in, and whether they may. */
  find(userId: string): Promise<{ readonly phone: string; readonly blocked: boolean }>;
};

/** Asks auth about accounts. */
export function createAccountReader(auth: Pick<Client<typeof AuthService>, 'getAccount'>): AccountReader {
  return {
    async find(userId) {
      const { phone, blocked } = await auth.getAccount({ userId });
      return { phone, blocked };
    },
  };
}
