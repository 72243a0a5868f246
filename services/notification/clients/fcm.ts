import { Agent, type AgentOptions } from 'node:https';
import { retryAfterMs } from '@doffers/provider-http';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getMessaging, type Message } from 'firebase-admin/messaging';
import { type HttpAnswer, judgeSdkError, type PushOutcome, type SdkError } from './fcm-errors.ts';
import { createGoogleCredential, type ServiceAccount } from './google-credential.ts';

export type { PushOutcome } from './fcm-errors.ts';

export type PushMessage = {
  /** A registration token, or a Firebase installation id. */
  readonly device: { readonly token: string } | { readonly installationId: string };
  /** Names the message on the device: however often it is sent, it is shown once. At most 64 bytes. */
  readonly deliveryId: string;
  readonly title: string;
  readonly body: string;
  readonly imageUrl?: string;
  /** For the app, such as where a tap leads. */
  readonly data?: Readonly<Record<string, string>>;
  readonly ttlSeconds?: number;
};

export type FcmOptions = {
  /** Usually the service account's own. */
  readonly projectId?: string;
  readonly serviceAccount: ServiceAccount;
  /** Where the SDK connects instead of Google, and the authority it then trusts. */
  readonly endpoint?: { readonly host: string; readonly port: number; readonly ca: string };
  /** Requests in flight at most: rate × latency. */
  readonly connections?: number;
  /** Longer than the SDK's own four retries of a 503 take (7 s), or an outage would look like an unknown outcome. */
  readonly deadlineMs?: number;
};

export type Fcm = {
  send(message: PushMessage): Promise<PushOutcome>;
  close(): Promise<void>;
};

const maxPayloadBytes = 4096;
let apps = 0;

/**
 * Push through firebase-admin, one message a call over HTTP/1.1 with connections that are kept: the SDK's batch calls
 * open a connection each, or never settle when HTTP/2 dies. Never throws for what the provider does.
 */
export function createFcm(options: FcmOptions): Fcm {
  const { serviceAccount, endpoint, connections = 256, deadlineMs = 12_000 } = options;
  const { projectId = serviceAccount.projectId } = options;
  const agentOptions = { keepAlive: true, maxSockets: connections };
  const agent = endpoint ? new RedirectedAgent(agentOptions, endpoint) : new Agent(agentOptions);
  const credential = createGoogleCredential(serviceAccount, agent);
  const app = initializeApp({ credential, projectId, httpAgent: agent }, `fcm-${++apps}`);
  const messaging = getMessaging(app);
  return {
    async send(message) {
      if (payloadBytes(message) > maxPayloadBytes) {
        return { kind: 'failed', code: 'payload-size-limit-exceeded', class: 'payload' };
      }
      const sending = messaging.send(toFcm(message)).then(accepted, refused);
      return within(deadlineMs, sending);
    },
    async close() {
      await deleteApp(app);
      agent.destroy();
    },
  };
}

/** The same id in every place where a platform looks for it, so that a repeated message replaces the first. */
function toFcm(message: PushMessage): Message {
  const { device, deliveryId, title, body, imageUrl, data, ttlSeconds = 86_400 } = message;
  return {
    ...('token' in device ? { token: device.token } : { fid: device.installationId }),
    notification: { title, body, ...(imageUrl && { imageUrl }) },
    data: { ...data, mid: deliveryId },
    android: {
      priority: 'high',
      ttl: ttlSeconds * 1000,
      collapseKey: deliveryId,
      notification: { tag: deliveryId },
    },
    apns: {
      headers: {
        'apns-collapse-id': deliveryId,
        'apns-priority': '10',
        'apns-expiration': String(Math.floor(Date.now() / 1000) + ttlSeconds),
      },
      payload: { aps: { sound: 'default' } },
    },
  };
}

/** Counted here as well, because FCM blames a message that is too big in the same words as a wrong token. */
function payloadBytes({ title, body, imageUrl = '', data = {}, deliveryId }: PushMessage): number {
  const texts = ['title', title, 'body', body, 'image', imageUrl, 'mid', deliveryId, ...Object.entries(data).flat()];
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
}

/** `projects/<project>/messages/<id>`: the id alone is ours to keep. */
function accepted(name: string): PushOutcome {
  return { kind: 'accepted', providerId: name.slice(name.lastIndexOf('/') + 1) };
}

function refused(thrown: unknown): PushOutcome {
  const error = sdkError(thrown);
  return judgeSdkError(error, error.answer && retryAfterMs(error.answer.headers));
}

function sdkError(thrown: unknown): SdkError {
  const { code, httpResponse, cause } = thrown as { code?: unknown; httpResponse?: HttpAnswer; cause?: unknown };
  return {
    code: typeof code === 'string' ? code : 'unknown-error',
    answer: httpResponse,
    causeCode: causeCode(cause),
  };
}

/** The SDK wraps what went wrong below once or twice. */
function causeCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && /^E[A-Z]+$/.test(current.code)) return current.code;
  }
  return undefined;
}

/** The SDK cannot be cancelled; what it still does afterwards carries the same collapse id. */
async function within(deadlineMs: number, sending: Promise<PushOutcome>): Promise<PushOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<PushOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'unknown', reason: 'deadline' }), deadlineMs);
  });
  try {
    return await Promise.race([sending, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** The SDK knows one host and no variable to change it; an agent decides where a connection really goes. */
class RedirectedAgent extends Agent {
  readonly #endpoint: { readonly host: string; readonly port: number; readonly ca: string };

  constructor(options: AgentOptions, endpoint: { host: string; port: number; ca: string }) {
    super(options);
    this.#endpoint = endpoint;
  }

  override createConnection(...[options, callback]: Parameters<Agent['createConnection']>) {
    return super.createConnection({ ...options, ...this.#endpoint }, callback);
  }
}
