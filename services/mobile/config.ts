import { serviceConfig } from '@doffers/process';
import { z } from 'zod';

/** The environment of the mobile service: it keeps nothing, so it needs no database. */
export const config = serviceConfig('mobile', {
  /** 1 serves FaultService, with which tests watch failures cross every border; in the sandbox only. */
  DOFFERS_FAULT_SERVICE: z.enum(['0', '1']).default('0'),
});
