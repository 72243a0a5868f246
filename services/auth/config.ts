import { databaseConfig, encryptionConfig, otpConfig, redisConfig, serviceConfig } from '@doffers/process';
import { z } from 'zod';

const limit = z.coerce.number().int().min(0);

/** The environment of the auth service. */
export const config = serviceConfig('auth', {
  ...databaseConfig,
  ...redisConfig,
  ...encryptionConfig,
  ...otpConfig,
  /** The pepper before this one, for five minutes after it was replaced. */
  OTP_PEPPER_PREVIOUS: z.string().min(16).optional(),
  /** Codes an hour to one address and its network; 0 switches the limit off. Many people share a carrier's address. */
  OTP_PER_ADDRESS_HOUR: limit.default(20),
  OTP_PER_NETWORK_HOUR: limit.default(100),
  /** Codes an hour altogether: the bill for messages is bounded by it. 0 stops sending. */
  OTP_PER_HOUR: limit.default(20_000),
});
