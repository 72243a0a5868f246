import { isGstin } from '@doffers/money';
import { databaseConfig, encryptionConfig, razorpayConfig, serviceConfig } from '@doffers/process';
import { z } from 'zod';

/** The environment of the payment service. */
export const config = serviceConfig('payment', {
  ...databaseConfig,
  ...encryptionConfig,
  ...razorpayConfig,
  /** The platform's own registration: it is the supplier of everything that shops buy. */
  SUPPLIER_GSTIN: z.string().refine(isGstin, 'must be a GSTIN with a valid check character'),
});
