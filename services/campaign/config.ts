import { databaseConfig, serviceConfig } from '@doffers/process';

/** The environment of the campaign service. */
export const config = serviceConfig('campaign', databaseConfig);
