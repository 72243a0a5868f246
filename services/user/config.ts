import { databaseConfig, serviceConfig, temporalConfig } from '@doffers/process';

/** The environment of the user service. */
export const config = serviceConfig('user', { ...databaseConfig, ...temporalConfig });
