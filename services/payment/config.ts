import { isGstin } from '@doffers/money';
import {
  databaseConfig,
  encryptionConfig,
  irpConfig,
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
  ...irpConfig,
  ...razorpayConfig,
  ...storageConfig,
  ...temporalConfig,
  /** The platform as its documents name it: the supplier of everything that shops buy. */
  SUPPLIER_NAME: z.string().min(1),
  SUPPLIER_ADDRESS: z.string().min(1),
  SUPPLIER_GSTIN: z.string().refine(isGstin, 'must be a GSTIN with a valid check character'),
  /** Where unpaid invoices are paid by UPI; without one they carry no code to scan. */
  SUPPLIER_UPI_ID: z
    .string()
    .regex(/^([\w.-]{2,256}@[a-zA-Z]{2,64})?$/, 'must be a UPI address such as name@bank')
    .default(''),
  /**
   * The day, such as 2026-04-01, from which documents to registered shops are registered at the Invoice Registration
   * Portal. `off`: the law does not ask this supplier for it, and the portal's variables are not needed.
   */
  E_INVOICE_FROM: z
    .string()
    .regex(/^(off|20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$/, 'must be off, or a day such as 2026-04-01')
    .default('off'),
  /** Whom the payment gateway writes to about customers and their mandates. */
  BILLING_EMAIL: z.email().default('billing@doffers.in'),
  BILLING_PHONE: z
    .string()
    .regex(/^\+\d{8,15}$/)
    .default('+912240000000'),
  /** When advances are taxed. One supplier has one of them for good: choose before the first payment. */
  GST_TIMING: z.enum(['ADVANCE', 'INVOICE_AT_TOPUP']).default('ADVANCE'),
});
