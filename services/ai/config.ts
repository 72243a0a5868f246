import { databaseConfig, openaiConfig, serviceConfig } from '@doffers/process';
import { z } from 'zod';

/** The environment of the ai service. Without a key every text is the plain one, and nothing else changes. */
export const config = serviceConfig('ai', {
  ...databaseConfig,
  ...openaiConfig,
  OPENAI_API_KEY: openaiConfig.OPENAI_API_KEY.or(z.literal('')).default(''),
  OPENAI_TEXT_MODEL: z.string().default('gpt-6-luna'),
});
