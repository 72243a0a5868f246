import { databaseConfig, encryptionConfig, serviceConfig, smsConfig, whatsappConfig } from '@doffers/process';
import { z } from 'zod';

/** The environment of the notification service. */
export const config = serviceConfig('notification', {
  ...databaseConfig,
  ...encryptionConfig,
  ...smsConfig,
  ...whatsappConfig,
  /** The id under which the text of one-time codes is registered with the operators (DLT). */
  SMS_OTP_TEMPLATE_ID: z.string().regex(/^\d{19}$/, 'must have 19 digits'),
});
