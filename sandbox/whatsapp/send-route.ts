import { randomBytes } from 'node:crypto';
import { answer, type BeginTurn, type ErrorReply, interrupted, respond, type Turn } from '../faults/turn.ts';
import { asText, bearerToken, type Incoming, jsonBody } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import type { Route } from '../http/server.ts';
import type { Readings } from '../recorder/readings.ts';
import { campaignOf, type Recorder } from '../recorder/recorder.ts';
import { createRateWindow } from '../settings/rate-window.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { type CheckedMessage, checkMessage, phoneOf } from './check-message.ts';
import { scriptedFate, whatsAppError } from './errors.ts';
import type { ReceiptSchedule } from './receipt-schedule.ts';
import { planReceipts } from './receipts.ts';
import type { TemplateRegistry } from './templates.ts';

type Deps = {
  readonly token: string;
  readonly senders: ReadonlySet<string>;
  readonly templates: TemplateRegistry;
  readonly windowIsOpen: (phone: string) => boolean;
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly readings: Readings;
  readonly schedule: ReceiptSchedule;
  readonly begin: BeginTurn;
};

const errorReply: ErrorReply = (code, retryAfterSeconds) => whatsAppError(Number(code), undefined, retryAfterSeconds);

/** `POST /v{N}.0/{phone_number_id}/messages`: the path of every campaign message. */
export function createSendRoute(deps: Deps): Route {
  const windows = new Map<string, ReturnType<typeof createRateWindow>>();

  function admit(sender: string, nowMs: number): boolean {
    const { ratePerSecond } = deps.settings.get().whatsapp;
    const window = windows.get(sender) ?? createRateWindow(1000);
    windows.set(sender, window);
    return window.admit(ratePerSecond[sender] ?? ratePerSecond.default ?? 0, nowMs);
  }

  function accept(turn: Turn, message: CheckedMessage, { sender, atMs }: { sender: string; atMs: number }): void {
    const { phone, delivery, category } = message;
    const wamid = newWamid();
    deps.recorder.accept(
      { atMs, channel: 'whatsapp', delivery, to: phone, providerId: wamid, sender, category },
      () => {
        deps.readings.show(phone, { atMs, text: message.text, providerId: wamid });
        const accepted = {
          wamid,
          phone,
          delivery,
          sender,
          category,
          acceptedAtMs: atMs,
          failCode: scriptedFate(phone).fail,
        };
        const timing = deps.settings.get().whatsapp.receipts;
        deps.schedule.add(planReceipts(accepted, timing, turn.plan.webhooks));
        answer(turn, success(phone, wamid), () => success(phone, newWamid()));
      },
    );
  }

  function handle(incoming: Incoming): void {
    const message = jsonBody(incoming);
    const phone = message && phoneOf(message);
    const campaign = campaignOf(asText(message?.biz_opaque_callback_data));
    const turn = deps.begin(incoming, { provider: 'whatsapp', campaign, ...(phone && { phone }) });
    const sender = incoming.params[0] ?? '';
    if (bearerToken(incoming) !== deps.token) return respond(turn, whatsAppError(190, 'Invalid OAuth access token'));
    if (!deps.senders.has(sender)) return respond(turn, unknownObject(sender));
    if (!message) return respond(turn, whatsAppError(100, 'The request body is not a JSON object'));
    if (interrupted(turn, errorReply)) return;
    const checked = checkMessage(message, deps);
    if ('code' in checked) return respond(turn, whatsAppError(checked.code, checked.details));
    const { refuse } = scriptedFate(checked.phone);
    if (refuse !== undefined) return respond(turn, whatsAppError(refuse));
    // One reading of the clock for both, so that the recorder shows exactly what the rate let through.
    const atMs = Date.now();
    if (!admit(sender, atMs)) return respond(turn, whatsAppError(130429));
    accept(turn, checked, { sender, atMs });
  }

  return { method: 'POST', pattern: /^\/v\d+\.0\/(\d+)\/messages$/, handle };
}

function success(phone: string, wamid: string): Reply {
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ input: phone, wa_id: phone }],
      messages: [{ id: wamid, message_status: 'accepted' }],
    },
  };
}

function unknownObject(id: string): Reply {
  const reply = whatsAppError(
    100,
    `Object with ID '${id}' does not exist, cannot be loaded due to missing permissions`,
  );
  return { ...reply, body: { error: { ...(reply.body as { error: object }).error, error_subcode: 33 } } };
}

function newWamid(): string {
  return `wamid.${randomBytes(33).toString('base64')}`;
}
