import type { ContactService } from '@doffers/proto/user/v1/contact_service';
import type { Client } from '@doffers/rpc';

/** How one person is reached: E.164, and push tokens with the newest device first. */
export type ReadContact = (userId: string) => Promise<{ readonly phone: string; readonly tokens: readonly string[] }>;

export function createContactClient(contacts: Client<typeof ContactService>): ReadContact {
  return async (userId) => {
    const { phone, tokens } = await contacts.readContact({ userId });
    return { phone, tokens };
  };
}
