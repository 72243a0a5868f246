import { sandboxDefaults } from '@doffers/process';
import { portOffset, topology } from '@doffers/topology';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const fields = z.object({
  BIND_HOST: z.string().default('127.0.0.1'),
  SANDBOX_HTTP_PORT: port,
  SANDBOX_TLS_PORT: port,
  /** Where the recorder and the ledgers are kept. */
  SANDBOX_DIR: z.string(),
  KEYS_DIR: z.string(),
  /** The gateway, where webhooks go. */
  WEBHOOK_TARGET: z.url(),
  WHATSAPP_TOKEN: z.string(),
  /** Sender numbers, separated by commas; the first one is the number that people write to. */
  WHATSAPP_PHONE_NUMBER_ID: z.string(),
  WHATSAPP_BUSINESS_ACCOUNT_ID: z.string(),
  WHATSAPP_APP_SECRET: z.string(),
  WHATSAPP_VERIFY_TOKEN: z.string(),
  FCM_PROJECT_ID: z.string(),
  SMS_API_KEY: z.string(),
  SMS_ACCOUNT_SID: z.string(),
  SMS_CALLBACK_KEY: z.string(),
  RAZORPAY_KEY_ID: z.string(),
  RAZORPAY_KEY_SECRET: z.string(),
  RAZORPAY_WEBHOOK_SECRET: z.string(),
  OPENAI_API_KEY: z.string(),
  IRP_CLIENT_ID: z.string(),
  IRP_CLIENT_SECRET: z.string(),
  IRP_USER_NAME: z.string(),
  IRP_PASSWORD: z.string(),
  SUPPLIER_GSTIN: z.string(),
});

export type SandboxConfig = z.infer<typeof fields>;

/**
 * The sandbox's environment: the same names and defaults as the services that call it, so that both sides agree
 * without being told.
 */
export const sandboxConfig = z.record(z.string(), z.string()).transform((given, context): SandboxConfig => {
  const stack = topology(portOffset(given.DOFFERS_PORT_OFFSET));
  const result = fields.safeParse({
    ...sandboxDefaults(stack.offset),
    SANDBOX_HTTP_PORT: String(stack.sandbox.http),
    SANDBOX_TLS_PORT: String(stack.sandbox.tls),
    SANDBOX_DIR: '.run/sandbox',
    WEBHOOK_TARGET: `http://127.0.0.1:${stack.gateway.http}`,
    WHATSAPP_BUSINESS_ACCOUNT_ID: '200000000000001',
    SMS_ACCOUNT_SID: 'HXSB0000000001IN',
    SMS_CALLBACK_KEY: 'sandbox-sms-callback-key',
    ...given,
  });
  if (result.success) return result.data;
  context.issues.push(...result.error.issues.map((issue) => ({ ...issue, input: undefined }) as z.core.$ZodRawIssue));
  return z.NEVER;
});
