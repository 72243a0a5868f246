import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { answer, type BeginTurn, type ErrorReply, interrupted, respond, type Turn } from '../faults/turn.ts';
import { type Incoming, jsonBody } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { Readings } from '../recorder/readings.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { defaultDltTemplates, matchesTemplate } from './dlt-templates.ts';

export type SmsConfig = {
  readonly apiKey: string;
  /** The account's SID; the DLT entity id is bound to it. */
  readonly accountSid: string;
  /** Where a callback profile posts, with the static header that proves its origin. */
  readonly callbackProfiles: Readonly<
    Record<string, { readonly url: string; readonly headers: Readonly<Record<string, string>> }>
  >;
};

type Deps = {
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly readings: Readings;
  readonly webhooks: WebhookSender;
  readonly begin: BeginTurn;
};

const messageSchema = z.strictObject({
  to: z.string().regex(/^\+?91[6-9]\d{9}$/, 'Invalid mobile number'),
  sender: z.string().regex(/^[A-Za-z]{6}$/, 'Sender must be six letters'),
  type: z.enum(['OTP', 'TXN', 'MKT']),
  body: z.string().min(1).max(1000),
  template_id: z.string().regex(/^\d{19}$/, 'DLT template id must have 19 digits'),
  source: z.string().optional(),
  callback_profile_id: z.string().optional(),
  /** Free for the caller; comes back in the delivery report. */
  ref: z.string().max(100).optional(),
});

type SmsMessage = z.infer<typeof messageSchema>;

const errorReply: ErrorReply = (code, retryAfterSeconds) =>
  refusal(statusOf(code), String(code), {}, retryAfterSeconds);

/** An Indian SMS gateway in the manner of Kaleyra's v1 messages API. */
export function createSmsRoutes(config: SmsConfig, deps: Deps): Route[] {
  function accept(turn: Turn, message: SmsMessage): void {
    const id = randomUUID();
    const phone = message.to.replace(/^\+/, '');
    const providerId = `${id}:1`;
    const atMs = Date.now();
    const record = {
      atMs,
      channel: 'sms',
      delivery: message.ref ?? '',
      to: phone,
      providerId,
      sender: message.sender,
    } as const;
    deps.recorder.call({
      atMs,
      provider: 'sms',
      method: 'POST',
      path: turn.incoming.path,
      status: 202,
      key: message.ref,
    });
    deps.recorder.accept(record, () => {
      deps.readings.show(phone, { atMs, text: message.body, providerId });
      report(turn, message, providerId);
      answer(turn, success(message, id), () => success(message, randomUUID()));
    });
  }

  function report(turn: Turn, message: SmsMessage, providerId: string): void {
    const profile = config.callbackProfiles[message.callback_profile_id ?? ''];
    if (!profile) return;
    const { webhooks } = turn.plan;
    if (webhooks.some((action) => action.type === 'webhook-lost')) return;
    const failed = webhooks.find((action) => action.type === 'delivery-failed');
    const late = webhooks.find((action) => action.type === 'webhook-late');
    const duplicate = webhooks.find((action) => action.type === 'webhook-duplicate');
    const body = JSON.stringify({
      message_id: providerId,
      recipient: message.to.replace(/^\+/, ''),
      status: failed ? 'Failed' : 'Delivered',
      ...(failed && { error_code: String(failed.code) }),
      timestamp: new Date().toISOString(),
      ...(message.ref !== undefined && { ref: message.ref }),
    });
    const headers = { 'content-type': 'application/json', ...profile.headers };
    setTimeout(
      () => {
        for (let copy = 0; copy <= (duplicate?.copies ?? 0); copy++)
          deps.webhooks.send({ url: profile.url, body, headers });
      },
      deps.settings.get().sms.receiptMs + (late?.ms ?? 0),
    ).unref();
  }

  function handle(incoming: Incoming): void {
    const body = jsonBody(incoming);
    const phone = typeof body?.to === 'string' ? body.to.replace(/^\+/, '') : undefined;
    const turn = deps.begin(incoming, { provider: 'sms', ...(phone && { phone }) });
    if (incoming.request.headers['api-key'] !== config.apiKey)
      return respond(turn, refusal(401, 'RBC101', { api_key: 'Invalid API key' }));
    if (incoming.params[0] !== config.accountSid)
      return respond(turn, refusal(403, 'RBC103', { sid: 'Unknown account' }));
    if (interrupted(turn, errorReply)) return;
    const parsed = messageSchema.safeParse(body ?? {});
    if (!parsed.success) return respond(turn, refusal(400, 'RBC001', fieldErrors(parsed.error)));
    const wrong = checkDlt(parsed.data, config);
    if (wrong) return respond(turn, refusal(400, 'RBC001', wrong));
    accept(turn, parsed.data);
  }

  return [{ method: 'POST', pattern: /^\/v1\/([A-Z0-9]{10,20})\/messages$/, handle }];
}

/** The checks of the operators' ledger: the template exists, belongs to this header and type, and the text is its text. */
function checkDlt(message: SmsMessage, { callbackProfiles }: SmsConfig): Record<string, string> | undefined {
  const template = defaultDltTemplates.find((candidate) => candidate.id === message.template_id);
  if (!template) return { template_id: 'Template is not registered for this entity' };
  if (!template.headers.includes(message.sender.toUpperCase()))
    return { sender: 'Sender is not registered for this template' };
  if (template.type !== message.type) return { type: `Template is registered as ${template.type}` };
  if (!matchesTemplate(message.body, template)) return { body: 'Message does not match the registered template' };
  if (message.callback_profile_id !== undefined && !callbackProfiles[message.callback_profile_id]) {
    return { callback_profile_id: 'Unknown callback profile' };
  }
  return undefined;
}

function success(message: SmsMessage, id: string): Reply {
  return {
    status: 202,
    body: {
      id,
      body: message.body,
      sender: message.sender,
      type: message.type,
      source: message.source ?? 'API',
      template_id: message.template_id,
      createdDateTime: new Date().toISOString(),
      totalCount: 1,
      data: [{ message_id: `${id}:1`, recipient: message.to.replace(/^\+/, '') }],
      error: {},
    },
  };
}

function refusal(status: number, code: string, error: Record<string, string>, retryAfterSeconds?: number): Reply {
  return {
    status,
    body: { code, message: Object.values(error)[0] ?? 'Request failed', error },
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}

function fieldErrors(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map((issue) => [issue.path.join('.') || 'request', issue.message]));
}

/** A script names an error by the status it comes with, or by a code of a known status. */
function statusOf(code: string | number): number {
  const status = Number(code);
  if (status >= 400 && status < 600) return status;
  return code === 'RBC402' ? 402 : 400;
}
