import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import {
  ConfigError,
  commonConfig,
  databaseConfig,
  encryptionConfig,
  fcmConfig,
  irpConfig,
  openaiConfig,
  otpConfig,
  processConfig,
  razorpayConfig,
  readConfig,
  redisConfig,
  sandboxDefaults,
  serviceConfig,
  smsConfig,
  storageConfig,
  temporalConfig,
  whatsappConfig,
} from './index.ts';

const fields = {
  ...commonConfig,
  ...databaseConfig,
  ...redisConfig,
  ...temporalConfig,
  ...storageConfig,
  ...encryptionConfig,
  ...otpConfig,
  ...whatsappConfig,
  ...fcmConfig,
  ...smsConfig,
  ...razorpayConfig,
  ...irpConfig,
  ...openaiConfig,
};
const everything = serviceConfig('auth', fields);

const key = Buffer.alloc(32, 7).toString('base64');
const production = {
  DOFFERS_MODE: 'production',
  PUBLIC_BASE_URL: 'https://api.doffers.in',
  KEYS_DIR: '/run/secrets/doffers',
  AUTH_JWKS_URL: 'http://auth:9451/.well-known/jwks.json',
  ...Object.fromEntries(
    ['AUTH', 'USER', 'OFFER', 'CAMPAIGN', 'PAYMENT', 'NOTIFICATION', 'AI', 'MOBILE'].map((name) => [
      `${name}_ADDRESS`,
      `${name.toLowerCase()}:50051`,
    ]),
  ),
  DATABASE_URL: 'mysql://auth_svc:real-password@db:3306/auth_db',
  DATABASE_MIGRATION_URL: 'mysql://auth_ddl:real-password@db:3306/auth_db',
  REDIS_URL: 'rediss://cache:6379',
  TEMPORAL_ADDRESS: 'temporal:7233',
  S3_ENDPOINT: 'https://s3.example',
  S3_ACCESS_KEY_ID: 'real-access',
  S3_SECRET_ACCESS_KEY: 'real-secret',
  DATA_KEY: key,
  INDEX_KEY: key,
  OTP_PEPPER: 'a real pepper of good length',
  WHATSAPP_BASE_URL: 'https://graph.facebook.com/v23.0',
  WHATSAPP_TOKEN: 'real-token',
  WHATSAPP_PHONE_NUMBER_ID: '100',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '200',
  WHATSAPP_APP_SECRET: 'real-secret',
  WHATSAPP_VERIFY_TOKEN: 'real-verify',
  FCM_PROJECT_ID: 'doffers',
  SMS_BASE_URL: 'https://sms.example',
  SMS_API_KEY: 'real-key-1',
  SMS_SENDER_ID: 'DOFFER',
  RAZORPAY_BASE_URL: 'https://api.razorpay.com/v1',
  RAZORPAY_KEY_ID: 'rzp_live_1',
  RAZORPAY_KEY_SECRET: 'real-secret',
  RAZORPAY_WEBHOOK_SECRET: 'real-secret',
  OPENAI_BASE_URL: 'https://api.openai.com/v1',
  OPENAI_API_KEY: 'real-key-1',
};

function problemsOf(env: NodeJS.ProcessEnv, schema: z.ZodType = everything): readonly string[] {
  try {
    readConfig(schema, env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

describe('in sandbox mode', () => {
  it('an empty environment is enough', () => {
    const config = readConfig(everything, {});
    assert.equal(config.DOFFERS_MODE, 'sandbox');
    assert.equal(config.GRPC_PORT, 50051);
    assert.equal(config.OPS_PORT, 9451);
    assert.equal(config.USER_ADDRESS, '127.0.0.1:50052');
    assert.equal(config.DATABASE_URL, 'mysql://auth_svc:sandbox-auth-svc@127.0.0.1:13306/auth_db');
    assert.equal(config.AUTH_TEST_OTPS.get('9999999999'), '999999');
    assert.equal(Buffer.from(config.DATA_KEY, 'base64').length, 32);
  });

  it('the port offset moves every default, so that stacks stand side by side', () => {
    const config = readConfig(everything, { DOFFERS_PORT_OFFSET: '4000' });
    assert.equal(config.GRPC_PORT, 54051);
    assert.equal(config.USER_ADDRESS, '127.0.0.1:54052');
    assert.match(config.DATABASE_URL, /:17306\//);
    assert.equal(config.REDIS_URL, 'redis://127.0.0.1:20379');
    assert.equal(config.AUTH_JWKS_URL, 'http://127.0.0.1:13451/.well-known/jwks.json');
  });

  it('what is set wins over a default, and an empty value counts as not set', () => {
    const config = readConfig(everything, { GRPC_PORT: '7000', REDIS_URL: '', LOG_LEVEL: 'debug' });
    assert.equal(config.GRPC_PORT, 7000);
    assert.equal(config.REDIS_URL, 'redis://127.0.0.1:16379');
    assert.equal(config.LOG_LEVEL, 'debug');
  });

  it('every secret carries the mark by which production refuses it', () => {
    for (const [name, value] of Object.entries(sandboxDefaults(0))) {
      if (/SECRET|TOKEN|PEPPER|API_KEY|DATA_KEY|INDEX_KEY|KEY_ID/.test(name)) assert.match(value, /^sandbox-/, name);
    }
  });

  it('both keys of the sandbox differ', () => {
    const { DATA_KEY, INDEX_KEY } = readConfig(everything, {});
    assert.notDeepEqual(Buffer.from(DATA_KEY, 'base64'), Buffer.from(INDEX_KEY, 'base64'));
  });
});

describe('in production', () => {
  it('a complete environment is accepted', () => {
    const config = readConfig(everything, production);
    assert.equal(config.DOFFERS_MODE, 'production');
    assert.equal(config.GRPC_PORT, 50051);
    assert.equal(config.AUTH_TEST_OTPS.size, 0);
  });

  it('nothing has a default that anybody could guess', () => {
    const missing = problemsOf({ DOFFERS_MODE: 'production' });
    const optional = ['AUTH_TEST_OTPS', 'FCM_BASE_HOST', ...Object.keys(irpConfig)];
    for (const name of Object.keys(sandboxDefaults(0))) {
      if (name in fields && !optional.includes(name)) assert.ok(missing.includes(`${name} is missing`), name);
    }
  });

  for (const [name, value] of Object.entries(sandboxDefaults(0))) {
    if (!value.includes('sandbox-')) continue;
    it(`refuses the sandbox's ${name}`, () => {
      assert.deepEqual(problemsOf({ ...production, [name]: value }), [
        `${name} is a value of the sandbox, which everybody knows`,
      ]);
    });
  }

  it("refuses the sandbox's password inside a database address", () => {
    const url = readConfig(everything, {}).DATABASE_URL;
    assert.match(problemsOf({ ...production, DATABASE_URL: url }).join(), /^DATABASE_URL is a value of the sandbox/);
  });

  it('refuses fixed codes', () => {
    assert.match(problemsOf({ ...production, AUTH_TEST_OTPS: '9999999999=999999' }).join(), /^AUTH_TEST_OTPS /);
  });

  it('refuses to serve clients without TLS', () => {
    assert.match(
      problemsOf({ ...production, PUBLIC_BASE_URL: 'http://api.doffers.in' }).join(),
      /^PUBLIC_BASE_URL .*TLS/,
    );
  });
});

describe('a wrong environment', () => {
  it('is described by names, one problem a line, never by values', () => {
    const error = new ConfigError(
      problemsOf({
        LOG_LEVEL: 'canary-1',
        GRPC_PORT: 'canary-2',
        REDIS_URL: 'canary-3',
        DATA_KEY: 'canary-4',
        AUTH_TEST_OTPS: 'canary-5',
        DOFFERS_PORT_OFFSET: '77',
        USER_ADDRESS: 'canary 6',
      }),
    );
    for (const name of ['LOG_LEVEL', 'GRPC_PORT', 'REDIS_URL', 'DATA_KEY', 'AUTH_TEST_OTPS', 'USER_ADDRESS']) {
      assert.match(error.message, new RegExp(`^ {2}${name} `, 'm'));
    }
    assert.match(error.message, /DOFFERS_PORT_OFFSET must be a multiple of 2000/);
    assert.doesNotMatch(error.message, /canary/);
    assert.equal(error.problems.length, 7);
  });

  it('may be one of a mode that does not exist', () => {
    assert.deepEqual(problemsOf({ DOFFERS_MODE: 'staging' }), ['DOFFERS_MODE must be one of sandbox, production']);
  });
});

describe('a process without gRPC', () => {
  it('has an ops port of its own and no more', () => {
    const worker = processConfig(temporalConfig, ({ workers }) => workers.workflow.ops);
    assert.equal(readConfig(worker, {}).OPS_PORT, 9464);
    assert.ok(!('GRPC_PORT' in readConfig(worker, {})));
  });
});
