import type { Logger } from '@doffers/process';
import { Role } from '@doffers/proto/access/v1/access';
import type { AuthService } from '@doffers/proto/auth/v1/auth_service';
import type { Client } from '@doffers/rpc';

export type RoleGrants = {
  /** Makes a person a shopkeeper; harmless when they are one. */
  grantShopkeeper(userId: string): Promise<void>;
  /** The same for somebody who waits: gives up after a second, since the outbox grants the role in any case. */
  tryGrantShopkeeper(userId: string): Promise<void>;
};

const patienceMs = 1_000;

/** Asks auth for roles. */
export function createRoleGrants(auth: Pick<Client<typeof AuthService>, 'grantRole'>, log: Logger): RoleGrants {
  return {
    async grantShopkeeper(userId) {
      await auth.grantRole({ userId, role: Role.SHOPKEEPER });
    },
    async tryGrantShopkeeper(userId) {
      await auth.grantRole({ userId, role: Role.SHOPKEEPER }, { timeoutMs: patienceMs }).catch((err: unknown) => {
        log.warn({ err, userId }, 'the role comes later, by the outbox');
      });
    },
  };
}
