import { serviceConfig } from '@doffers/process';

/** The environment of the mobile service: it keeps nothing, so it needs no database. */
export const config = serviceConfig('mobile', {});
