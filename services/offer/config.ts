import { databaseConfig, serviceConfig } from '@doffers/process';

/** The environment of the offer service. */
export const config = serviceConfig('offer', databaseConfig);
