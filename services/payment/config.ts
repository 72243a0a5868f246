import { isGstin } from '@doffers/money';
import {
  databaseConfig,
  encryptionConfig,
  razorpayConfig,
  serviceConfig,
  storageConfig,
  temporalConfig,
} from '@doffers/process';
import { z } from 'zod';

/** The environment of the payment service. */
export const config = serviceConfig('payment', {
  ...databaseConfig,
  ...encryptionConfig,
  ...razorpayConfig,
  ...storageConfig,
  ...temporalConfig,
  /** The platform as its documents name it: the supplier of everything that shops buy. */
  SUPPLIER_NAME: z.string().min(1),
  SUPPLIER_ADDRESS: z.string().min(1),
  SUPPLIER_GSTIN: z.string().refine(isGstin, 'must be a GSTIN with a valid check character'),
});
