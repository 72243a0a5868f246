import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConsentService, ConsentsSchema } from '@doffers/proto/user/v1/consent_service';
import { type Handlers, requireUser } from '@doffers/rpc';
import type { Consent } from '../domain/audience/consent.ts';
import type { CustomerDeps } from '../usecases/become-customer.ts';
import { getConsents, updateConsents } from '../usecases/consents.ts';
import { registerDevice } from '../usecases/register-device.ts';
import { channelFromMessage, channelToMessage } from './channel-message.ts';

/** Translates ConsentService between protobuf and the use cases; holds no rule of its own. */
export function createConsentHandlers(deps: CustomerDeps): Handlers<typeof ConsentService> {
  return {
    async getConsents(_request, context) {
      return toMessage(await getConsents(deps, requireUser(context).userId));
    },
    async updateConsents({ requestId, consents, notice }, context) {
      const decided = consents.map(({ channel, granted }) => ({ channel: channelFromMessage(channel), granted }));
      const input = { requestId, consents: decided, notice };
      return toMessage(await updateConsents(deps, requireUser(context).userId, input));
    },
    async registerDevice({ requestId, token, platform }, context) {
      const { userId } = requireUser(context);
      const { id, seenAt } = await registerDevice(deps, userId, { requestId, token, platform });
      return { deviceId: id, lastSeenTime: timestampFromDate(seenAt) };
    },
  };
}

function toMessage(consents: readonly Consent[]): MessageInitShape<typeof ConsentsSchema> {
  return {
    consents: consents.map(({ channel, granted, changedAt }) => ({
      channel: channelToMessage(channel),
      granted,
      ...(changedAt && { changeTime: timestampFromDate(changedAt) }),
    })),
  };
}
