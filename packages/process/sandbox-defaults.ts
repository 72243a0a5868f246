import { type ServiceName, serviceNames, topology } from '@doffers/topology';

/** The mark of every value that anybody may know. Production refuses to start with a value that contains it. */
export const sandboxMark = 'sandbox-';

/**
 * The address of a service's database for one of its two users: `svc` may only read and write rows, `ddl` migrates.
 * The same function names the users that set-up creates.
 */
export function databaseUrl(service: ServiceName, role: 'svc' | 'ddl', port: number): string {
  return `mysql://${service}_${role}:${sandboxMark}${service}-${role}@127.0.0.1:${port}/${service}_db`;
}

/**
 * What a process of a sandbox stack finds in its environment when nobody says otherwise: everything on the loopback,
 * the outside world played by `sandbox/`, and secrets that are none. Production gets none of it.
 */
export function sandboxDefaults(offset: number): Record<string, string> {
  const stack = topology(offset);
  const sandbox = `http://127.0.0.1:${stack.sandbox.http}`;
  return {
    PUBLIC_BASE_URL: `http://127.0.0.1:${stack.gateway.http}`,
    KEYS_DIR: '.run/keys',
    AUTH_JWKS_URL: `http://127.0.0.1:${stack.services.auth.opsPort}/.well-known/jwks.json`,
    ...Object.fromEntries(serviceNames.map((name) => [addressVariable(name), loopback(stack.services[name].grpcPort)])),

    REDIS_URL: `redis://127.0.0.1:${stack.redis.port}`,
    TEMPORAL_ADDRESS: loopback(stack.temporal.grpc),

    S3_ENDPOINT: `http://127.0.0.1:${stack.s3.port}`,
    S3_ACCESS_KEY_ID: 'sandbox-s3-access',
    S3_SECRET_ACCESS_KEY: 'sandbox-s3-secret',

    // Both keys are 32 bytes, as base64url text that can be read.
    DATA_KEY: 'sandbox-data-key-sandbox-data-key-sandbox-A',
    INDEX_KEY: 'sandbox-index-key-sandbox-index-key-sandbox',
    OTP_PEPPER: 'sandbox-otp-pepper-sandbox-otp-pepper',
    AUTH_TEST_OTPS: '9999999999=999999,8888888888=888888,7777777777=777777',
    // Everything comes from one address here; production has limits.
    OTP_PER_ADDRESS_HOUR: '0',
    OTP_PER_NETWORK_HOUR: '0',
    // Tests and demos reach the same customers again and again.
    FREQUENCY_CAP: 'off',
    SEND_WINDOW: '00:00-24:00',
    // The sandbox's receipts come within seconds.
    SETTLE_WINDOW_SECONDS: '30',

    WHATSAPP_BASE_URL: `${sandbox}/whatsapp`,
    WHATSAPP_TOKEN: 'sandbox-whatsapp-token',
    WHATSAPP_PHONE_NUMBER_ID: '100000000000001',
    WHATSAPP_BUSINESS_ACCOUNT_ID: '200000000000001',
    WHATSAPP_RATE_PER_SECOND: '1000',
    // What the sandbox does wrong is over within seconds.
    SENDER_COOL_DOWN_SECONDS: '5',
    WHATSAPP_APP_SECRET: 'sandbox-whatsapp-app-secret',
    WHATSAPP_VERIFY_TOKEN: 'sandbox-whatsapp-verify-token',

    FCM_BASE_HOST: loopback(stack.sandbox.tls),
    FCM_PROJECT_ID: 'doffers-sandbox',

    SMS_BASE_URL: `${sandbox}/sms/v1/HXSB0000000001IN`,
    SMS_API_KEY: 'sandbox-sms-api-key',
    SMS_SENDER_ID: 'DOFFER',
    SMS_OTP_TEMPLATE_ID: '1107160000000000001',

    RAZORPAY_BASE_URL: `${sandbox}/razorpay`,
    RAZORPAY_KEY_ID: 'sandbox-razorpay-key-id',
    RAZORPAY_KEY_SECRET: 'sandbox-razorpay-key-secret',
    RAZORPAY_WEBHOOK_SECRET: 'sandbox-razorpay-webhook-secret',
    SUPPLIER_GSTIN: '27AAPFU0939F1ZV',
    SUPPLIER_NAME: "D'Offers Technologies Private Limited",
    SUPPLIER_ADDRESS: '2nd Floor, Trade House, Senapati Bapat Marg, Lower Parel, Mumbai, Maharashtra 400013',

    // Since this day the law asks suppliers above five crore rupees a year for it.
    E_INVOICE_FROM: '2023-08-01',
    IRP_BASE_URL: `${sandbox}/irp`,
    IRP_CLIENT_ID: 'sandbox-irp-client',
    IRP_CLIENT_SECRET: 'sandbox-irp-client-secret',
    IRP_USER_NAME: 'sandbox-irp-user',
    IRP_PASSWORD: 'sandbox-irp-password',

    OPENAI_BASE_URL: `${sandbox}/openai/v1`,
    OPENAI_API_KEY: 'sandbox-openai-api-key',
  };
}

const addressVariable = (service: ServiceName) => `${service.toUpperCase()}_ADDRESS`;

const loopback = (port: number) => `127.0.0.1:${port}`;
