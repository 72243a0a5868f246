export { ConfigError, parseConfig, readConfig } from './config.ts';
export {
  databaseConfig,
  encryptionConfig,
  fcmConfig,
  irpConfig,
  openaiConfig,
  otpConfig,
  razorpayConfig,
  redisConfig,
  smsConfig,
  storageConfig,
  temporalConfig,
  whatsappConfig,
} from './config-fragments.ts';
export { inGroups } from './in-groups.ts';
export { createLogger, type Logger, type LogLevel } from './logger.ts';
export { createMetrics } from './metrics.ts';
export { type Health, type OpsResponse, type OpsRoute, type OpsServer, startOpsServer } from './ops-server.ts';
export { type CommonConfig, commonConfig, processConfig, serviceConfig } from './process-config.ts';
export { redact, redactText } from './redaction.ts';
export { createRedis, type Redis } from './redis.ts';
export { backoffMs, retryUntilDone } from './retry.ts';
export { runProcess, type Shutdown } from './run-process.ts';
export { databaseUrl, sandboxDefaults } from './sandbox-defaults.ts';
export { startWatch, type Watch } from './watch.ts';
