import { join } from 'node:path';
import type { SandboxConfig } from './config.ts';
import { createControlRoutes } from './faults/fault-routes.ts';
import { createFaultScript } from './faults/fault-script.ts';
import { createBeginTurn } from './faults/turn.ts';
import { createFcmRoutes } from './fcm/fcm.ts';
import { send } from './http/reply.ts';
import { createListener, listenHttp, listenTls, type Route } from './http/server.ts';
import { openIrp } from './irp/irp.ts';
import { createOpenAiRoutes } from './openai/openai.ts';
import { openRazorpay } from './razorpay/razorpay.ts';
import { createReadings } from './recorder/readings.ts';
import { createRecorder } from './recorder/recorder.ts';
import { createRecorderRoutes } from './recorder/recorder-routes.ts';
import { createSettings, defaultSettings, type Settings } from './settings/settings.ts';
import { createSmsRoutes } from './sms/sms.ts';
import { ensureSandboxKeys } from './tls/keys.ts';
import { createWebhookSender, type WebhookSenderOptions } from './webhooks/webhook-sender.ts';
import { openWhatsApp } from './whatsapp/whatsapp.ts';

export type Sandbox = {
  readonly httpPort: number;
  readonly tlsPort: number;
  close(): Promise<void>;
};

type Options = {
  readonly onError: (error: unknown) => void;
  readonly settings?: Settings;
  readonly webhooks?: WebhookSenderOptions;
};

/** The whole outside world: six providers, their webhooks, the fault script and the recorder, on two ports. */
export async function startSandbox(config: SandboxConfig, options: Options): Promise<Sandbox> {
  const keys = ensureSandboxKeys(config.KEYS_DIR, config.FCM_PROJECT_ID);
  const settings = createSettings(options.settings ?? defaultSettings);
  const faults = createFaultScript();
  const recorder = createRecorder(config.SANDBOX_DIR);
  const readings = { sms: createReadings(), whatsapp: createReadings() };
  const webhooks = createWebhookSender(options.webhooks);
  const deps = { settings, recorder, webhooks, begin: createBeginTurn({ faults, settings }) };

  const whatsapp = await openWhatsApp(whatsAppConfig(config), { ...deps, readings: readings.whatsapp });
  const razorpay = await openRazorpay(razorpayConfig(config), deps);
  const irp = await openIrp(irpConfig(config, keys.irpKey), deps);
  const routes = [
    ...mount('/whatsapp', whatsapp.routes),
    ...mount('/sms', createSmsRoutes(smsConfig(config), { ...deps, readings: readings.sms })),
    ...mount('/razorpay', razorpay.routes),
    ...mount('/irp', irp.routes),
    ...mount('/openai', createOpenAiRoutes({ ...deps, apiKey: config.OPENAI_API_KEY })),
    ...createRecorderRoutes({ recorder, readings }),
    ...createControlRoutes({ faults, settings }),
    healthRoute(() => ({ status: 'ok', webhooks: webhooks.counts() })),
  ];
  const pushRoutes = createFcmRoutes({ ...deps, serviceAccount: keys.serviceAccount });
  const at = (port: number) => ({ host: config.BIND_HOST, port });
  const http = await listenHttp(createListener(routes, options.onError), at(config.SANDBOX_HTTP_PORT));
  const tls = await listenTls(createListener(pushRoutes, options.onError), keys.tls, at(config.SANDBOX_TLS_PORT));

  return {
    httpPort: http.port,
    tlsPort: tls.port,
    async close() {
      await Promise.all([http.close(), tls.close()]);
      whatsapp.close();
      razorpay.close();
      irp.close();
      await webhooks.close();
      recorder.close();
    },
  };
}

/** Puts a provider under a path of its own, as a base URL names it. */
function mount(prefix: string, routes: readonly Route[]): Route[] {
  return routes.map((route) => ({ ...route, pattern: new RegExp(`^${prefix}${route.pattern.source.slice(1)}`) }));
}

function healthRoute(state: () => object): Route {
  return {
    method: 'GET',
    pattern: /^\/healthz$/,
    handle: (incoming) => send(incoming, { status: 200, body: state() }),
  };
}

function whatsAppConfig(config: SandboxConfig) {
  return {
    token: config.WHATSAPP_TOKEN,
    phoneNumberIds: config.WHATSAPP_PHONE_NUMBER_ID.split(','),
    wabaId: config.WHATSAPP_BUSINESS_ACCOUNT_ID,
    displayPhoneNumber: '918000000001',
    appSecret: config.WHATSAPP_APP_SECRET,
    verifyToken: config.WHATSAPP_VERIFY_TOKEN,
    callbackUrl: `${config.WEBHOOK_TARGET}/webhooks/whatsapp`,
    templatesFile: join(config.SANDBOX_DIR, 'whatsapp-templates.ndjson'),
  };
}

function smsConfig(config: SandboxConfig) {
  return {
    apiKey: config.SMS_API_KEY,
    accountSid: config.SMS_ACCOUNT_SID,
    callbackProfiles: {
      IN_sandbox: { url: `${config.WEBHOOK_TARGET}/webhooks/sms`, headers: { 'x-api-key': config.SMS_CALLBACK_KEY } },
    },
  };
}

function irpConfig(config: SandboxConfig, privateKey: string) {
  return {
    clientId: config.IRP_CLIENT_ID,
    clientSecret: config.IRP_CLIENT_SECRET,
    userName: config.IRP_USER_NAME,
    password: config.IRP_PASSWORD,
    gstin: config.SUPPLIER_GSTIN,
    privateKey,
    registerFile: join(config.SANDBOX_DIR, 'irp.ndjson'),
  };
}

function razorpayConfig(config: SandboxConfig) {
  return {
    keyId: config.RAZORPAY_KEY_ID,
    keySecret: config.RAZORPAY_KEY_SECRET,
    webhookSecret: config.RAZORPAY_WEBHOOK_SECRET,
    accountId: 'acc_SandboxDoffers',
    callbackUrl: `${config.WEBHOOK_TARGET}/webhooks/razorpay`,
    ledgerFile: join(config.SANDBOX_DIR, 'razorpay.ndjson'),
  };
}
