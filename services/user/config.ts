import { databaseConfig, encryptionConfig, redisConfig, serviceConfig, temporalConfig } from '@doffers/process';
import { z } from 'zod';
import { isFrequencyCap, parseFrequencyCap } from './domain/audience/frequency-cap.ts';

/** How many promotional messages a customer may get on one channel, such as `3/7d`, or `off`. */
const audienceConfig = {
  FREQUENCY_CAP: z
    .string()
    .default('3/7d')
    .refine(isFrequencyCap, 'must be "off" or like "3/7d"')
    .transform(parseFrequencyCap),
};

/** The environment of the user service. */
export const config = serviceConfig('user', {
  ...databaseConfig,
  ...temporalConfig,
  ...redisConfig,
  ...encryptionConfig,
  ...audienceConfig,
});
