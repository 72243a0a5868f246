import { serviceConfig } from '@doffers/process';

/** The environment of the mobile service. */
export const config = serviceConfig('mobile', {});
