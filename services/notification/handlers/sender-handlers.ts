import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { SenderSchema, SenderService } from '@doffers/proto/notification/v1/sender_service';
import type { Handlers } from '@doffers/rpc';
import type { Sender } from '../domain/sender-health.ts';
import { listSenders, resumeSender } from '../usecases/senders.ts';

/** Translates SenderService between protobuf and the use cases; holds no rule of its own. */
export function createSenderHandlers(deps: Parameters<typeof listSenders>[0]): Handlers<typeof SenderService> {
  return {
    async listSenders() {
      return { senders: (await listSenders(deps)).map(toMessage) };
    },
    async resumeSender({ senderId, requestId }) {
      return toMessage(await resumeSender(deps, senderId, requestId));
    },
  };
}

function toMessage(sender: Sender): MessageInitShape<typeof SenderSchema> {
  const { id: senderId, ratePerSecond, currentRatePerSecond, stopCode = '', stoppedAt, stoppedUntil } = sender;
  return {
    senderId,
    ratePerSecond,
    currentRatePerSecond,
    stopCode,
    ...(stoppedAt && { stopTime: timestampFromDate(stoppedAt) }),
    ...(stoppedUntil && { resumeTime: timestampFromDate(stoppedUntil) }),
  };
}
