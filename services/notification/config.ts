import { parseSendWindow } from '@doffers/calendar';
import {
  databaseConfig,
  encryptionConfig,
  fcmConfig,
  serviceConfig,
  smsConfig,
  whatsappConfig,
} from '@doffers/process';
import { z } from 'zod';

const sendWindow = z.string().refine(isSendWindow, 'must be a time window such as 10:00-21:00');

/** The environment of the notification service. */
export const config = serviceConfig('notification', {
  ...databaseConfig,
  ...encryptionConfig,
  ...fcmConfig,
  ...smsConfig,
  ...whatsappConfig,
  /** The id under which the text of one-time codes is registered with the operators (DLT). */
  SMS_OTP_TEMPLATE_ID: z.string().regex(/^\d{19}$/, 'must have 19 digits'),
  /** When promotional messages may go out, in India. */
  SEND_WINDOW: sendWindow.default('10:00-21:00'),
  /** Such as `3/7d`: `user` keeps count; `off` tells it nothing. */
  FREQUENCY_CAP: z
    .string()
    .regex(/^(off|\d+\/\d+d)$/, 'must be off or a cap such as 3/7d')
    .default('3/7d'),
  /** What the sender number is allowed; the dispatch stays a little below. */
  WHATSAPP_RATE_PER_SECOND: z.coerce.number().int().min(2).max(100_000).default(80),
  /** Requests in flight at most: rate × latency. */
  WHATSAPP_CONNECTIONS: z.coerce.number().int().min(1).max(4_096).default(64),
  /** How long a sender stands still after a fifth of a hundred messages met an error. */
  SENDER_COOL_DOWN_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
  PUSH_CONNECTIONS: z.coerce.number().int().min(1).max(4_096).default(256),
  /** Fault tests, sandbox only: where this process kills itself, and whether it claims at all. */
  CRASH_AT: z.enum(['before-claim', 'after-claim', 'after-send-before-close', 'after-close']).optional(),
  DISPATCH_UNSAFE_NO_CLAIM: z.stringbool().default(false),
});

function isSendWindow(text: string): boolean {
  try {
    return parseSendWindow(text) !== undefined;
  } catch {
    return false;
  }
}
