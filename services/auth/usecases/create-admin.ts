import type { Account } from '../domain/account.ts';
import { parsePhone } from '../domain/phone.ts';
import { addRole } from './accounts.ts';
import type { Deps } from './deps.ts';

/**
 * Makes the owner of a number an administrator, with an account when there is none yet. For the operator's command
 * only: nobody becomes the first administrator through the API.
 *
 * @throws DomainError `PHONE_INVALID`
 */
export async function createAdmin(
  { store, newId, now }: Pick<Deps, 'store' | 'newId' | 'now'>,
  text: string,
): Promise<{ readonly account: Account; readonly created: boolean }> {
  const phone = parsePhone(text);
  const at = now();
  return store.together(async (repositories) => {
    const fresh: Account = { id: newId(), phone, roles: [], blocked: false, createdAt: at };
    const { account, created } = await repositories.accounts.findOrCreate(fresh);
    const { id: userId } = account;
    if (created) {
      await repositories.events.announce({
        topic: 'user.created',
        key: userId,
        payload: { userId, signUp: undefined },
      });
    }
    await addRole(repositories, { userId, role: 'admin', actorId: undefined, at });
    return { account, created };
  });
}
