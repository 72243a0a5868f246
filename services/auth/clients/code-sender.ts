import type { Logger } from '@doffers/process';
import type { CodeService } from '@doffers/proto/notification/v1/code_service';
import { type Client, currentCall, runInCall } from '@doffers/rpc';
import type { Phone } from '../domain/phone.ts';
import { otpUnavailable } from '../domain/send-limits.ts';

export type CodeSender = {
  /** Sends a code. @throws DomainError `OTP_UNAVAILABLE` */
  send(phone: Phone, code: string): Promise<void>;
  /** Sends a code after the call that asked for it has been answered. */
  sendInBackground(phone: Phone, code: string, onFailure: () => void): void;
  /**
   * Refuses while codes sent in the background have just failed: their senders could not be told, the next ones can.
   * @throws DomainError `OTP_UNAVAILABLE`
   */
  assertWorking(): void;
  /** Waits for what is still being sent. */
  close(): Promise<void>;
};

type Options = {
  readonly codes: Pick<Client<typeof CodeService>, 'sendCode'>;
  readonly log: Logger;
  readonly now: () => Date;
};

const timeoutMs = 4_000;
const downMs = 10_000;

/** Sends codes by the notification service. Numbers and codes appear in no log line. */
export function createCodeSender({ codes, log, now }: Options): CodeSender {
  let downUntil = 0;
  const underWay = new Set<Promise<void>>();

  async function send(phone: Phone, code: string): Promise<void> {
    try {
      await codes.sendCode({ phone, code }, { timeoutMs });
    } catch (error) {
      throw otpUnavailable(error);
    }
  }

  return {
    send,
    sendInBackground(phone, code, onFailure) {
      const requestId = currentCall()?.requestId;
      const sent = runInCall(requestId === undefined ? {} : { requestId }, () => send(phone, code))
        .catch((err: unknown) => {
          downUntil = now().getTime() + downMs;
          log.warn({ err }, 'a code could not be sent');
          onFailure();
        })
        .finally(() => underWay.delete(sent));
      underWay.add(sent);
    },
    assertWorking() {
      const waitMs = downUntil - now().getTime();
      if (waitMs > 0) throw otpUnavailable(undefined, Math.ceil(waitMs / 1_000));
    },
    async close() {
      await Promise.all(underWay);
    },
  };
}
