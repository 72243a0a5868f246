import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ContactService } from '@doffers/proto/user/v1/contact_service';
import type { Handlers } from '@doffers/rpc';
import { type ContactDeps, readContact, recordPreference } from '../usecases/contacts.ts';
import { channelFromMessage } from './channel-message.ts';

type Deps = ContactDeps & { readonly now: () => Date };

/** Translates ContactService between protobuf and the use cases; holds no rule of its own. */
export function createContactHandlers(deps: Deps): Handlers<typeof ContactService> {
  return {
    async readContact({ userId }) {
      const { phone, tokens } = await readContact(deps, userId);
      return { phone, tokens: [...tokens] };
    },
    async recordPreference({ phone, channel, granted, source, tellTime }) {
      const at = tellTime ? timestampDate(tellTime) : deps.now();
      await recordPreference(deps, { phone, channel: channelFromMessage(channel), granted, source, at });
      return {};
    },
  };
}
