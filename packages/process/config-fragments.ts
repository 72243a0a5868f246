import { z } from 'zod';

const secret = z.string().min(8);
const httpUrl = z.url({ protocol: /^https?$/ });

/** A key of exactly 32 bytes, in base64 or base64url. */
const key32 = z.string().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64');

const mysqlUrl = z.url({ protocol: /^mysql$/ });

/** The service's own database: one user for rows, one for migrations. */
export const databaseConfig = {
  DATABASE_URL: mysqlUrl,
  DATABASE_MIGRATION_URL: mysqlUrl,
};

export const redisConfig = { REDIS_URL: z.url({ protocol: /^rediss?$/ }) };

export const temporalConfig = {
  TEMPORAL_ADDRESS: z.string(),
  TEMPORAL_NAMESPACE: z.string().default('doffers'),
};

/** Object storage for images and documents. */
export const storageConfig = {
  S3_ENDPOINT: httpUrl,
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: secret,
  S3_BUCKET_PREFIX: z.string().default('doffers'),
};

/** Keys for personal data in columns: one that encrypts, one for the blind index by which a value is found again. */
export const encryptionConfig = { DATA_KEY: key32, INDEX_KEY: key32 };

/** One-time codes: the pepper of their hashes, and the fixed codes of test phones (`phone=code,…`; sandbox only). */
export const otpConfig = {
  OTP_PEPPER: z.string().min(16),
  AUTH_TEST_OTPS: z
    .string()
    .default('')
    .refine((list) => list === '' || /^\d{10}=\d{6}(,\d{10}=\d{6})*$/.test(list), 'must be phone=code pairs')
    .transform((list) => new Map(list.split(',').flatMap((pair) => pairOf(pair)))),
};

export const whatsappConfig = {
  WHATSAPP_BASE_URL: httpUrl,
  WHATSAPP_TOKEN: secret,
  WHATSAPP_PHONE_NUMBER_ID: z.string().min(1),
  WHATSAPP_BUSINESS_ACCOUNT_ID: z.string().min(1),
  WHATSAPP_APP_SECRET: secret,
  WHATSAPP_VERIFY_TOKEN: secret,
};

/**
 * Push by FCM. `FCM_CREDENTIALS_FILE` is Google's service account file, `FCM_CA_FILE` the authority of a host that is
 * not Google's; a sandbox stack has both in its keys directory (`sandbox-fcm.json`, `sandbox-ca.crt`).
 */
export const fcmConfig = {
  FCM_BASE_HOST: z.string().default('fcm.googleapis.com'),
  FCM_PROJECT_ID: z.string().min(1),
  FCM_CREDENTIALS_FILE: z.string().optional(),
  FCM_CA_FILE: z.string().optional(),
};

/** `SMS_BASE_URL` ends in the account's SID. */
export const smsConfig = {
  SMS_BASE_URL: httpUrl,
  SMS_API_KEY: secret,
  SMS_SENDER_ID: z.string().regex(/^[A-Z]{6}$/),
};

export const razorpayConfig = {
  RAZORPAY_BASE_URL: httpUrl,
  RAZORPAY_KEY_ID: z.string().min(1),
  RAZORPAY_KEY_SECRET: secret,
  RAZORPAY_WEBHOOK_SECRET: secret,
};

/**
 * The Invoice Registration Portal, for suppliers whom the law asks for e-invoices. `IRP_PUBLIC_KEY_FILE` is the portal's
 * key, PEM; a sandbox stack has one in its keys directory (`sandbox-irp.pub`).
 */
export const irpConfig = {
  IRP_BASE_URL: httpUrl.optional(),
  IRP_CLIENT_ID: z.string().optional(),
  IRP_CLIENT_SECRET: secret.optional(),
  IRP_USER_NAME: z.string().optional(),
  IRP_PASSWORD: secret.optional(),
  IRP_PUBLIC_KEY_FILE: z.string().optional(),
};

export const openaiConfig = { OPENAI_BASE_URL: httpUrl, OPENAI_API_KEY: secret };

function pairOf(pair: string): [string, string][] {
  const [phone, code] = pair.split('=');
  return phone && code ? [[phone, code]] : [];
}
