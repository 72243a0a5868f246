import { createExchange, type ExchangeOutcome, parseJson, retryAfterMs } from '@doffers/provider-http';
import { z } from 'zod';
import { type FailureClass, judgeError, type RetryScope } from './whatsapp-errors.ts';
import { type TemplateMessage, templateBody, textBody } from './whatsapp-messages.ts';

/**
 * What is known after one attempt. Marketing is at most once, so `unknown` is never sent again: the message may be on
 * its way. Every other kind is an explicit answer of Meta's, or proof that nothing left this process.
 */
export type WhatsAppOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  | {
      readonly kind: 'retry';
      readonly code: number | 'not_sent';
      readonly scope: RetryScope;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'failed'; readonly code: number; readonly class: FailureClass }
  | { readonly kind: 'stop_sender'; readonly code: number }
  | { readonly kind: 'pause_campaign'; readonly code: number }
  | { readonly kind: 'unknown'; readonly reason: string };

export type WhatsAppOptions = {
  /** Up to and without the version, such as `https://graph.facebook.com`. */
  readonly baseUrl: string;
  readonly token: string;
  readonly phoneNumberId: string;
  /** Requests in flight at most: rate × latency. */
  readonly connections?: number;
  readonly deadlineMs?: number;
};

export type SendOptions = { readonly signal?: AbortSignal };

export type WhatsApp = {
  sendTemplate(message: TemplateMessage, options?: SendOptions): Promise<WhatsAppOutcome>;
  /** A free text; Meta takes it only within 24 hours after the person's last message. */
  sendText(message: { to: string; text: string; deliveryId: string }, options?: SendOptions): Promise<WhatsAppOutcome>;
  close(): Promise<void>;
};

const apiVersion = 'v23.0';

/** The Cloud API for one sender number. Never throws for what the provider does, and never repeats a request. */
export function createWhatsApp(options: WhatsAppOptions): WhatsApp {
  const { baseUrl, token, phoneNumberId, connections = 64, deadlineMs = 15_000 } = options;
  const { origin, pathname } = new URL(baseUrl);
  const exchange = createExchange({ origin, connections, deadlineMs });
  const path = `${pathname.replace(/\/$/, '')}/${apiVersion}/${phoneNumberId}/messages`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const send = async (body: string, { signal }: SendOptions = {}) =>
    judge(await exchange.send({ method: 'POST', path, headers, body, signal }));
  return {
    sendTemplate: (message, sending) => send(templateBody(message), sending),
    sendText: (message, sending) => send(textBody(message), sending),
    close: () => exchange.close(),
  };
}

const acceptedSchema = z.object({ messages: z.tuple([z.object({ id: z.string().min(1) })]) });
const errorSchema = z.object({ error: z.object({ code: z.number().int(), error_subcode: z.number().optional() }) });

function judge(outcome: ExchangeOutcome): WhatsAppOutcome {
  if (outcome.kind === 'not_sent') return { kind: 'retry', code: 'not_sent', scope: 'sender' };
  if (outcome.kind === 'unknown') return { kind: 'unknown', reason: outcome.reason };
  const { status, headers, body } = outcome;
  const json = parseJson(body);
  if (status === 200) {
    const accepted = acceptedSchema.safeParse(json);
    if (!accepted.success) return { kind: 'unknown', reason: 'unreadable_answer' };
    return { kind: 'accepted', providerId: accepted.data.messages[0].id };
  }
  // Only Meta's own error says "not accepted"; a bare status may come from a machine that had passed it on.
  const error = errorSchema.safeParse(json);
  if (!error.success) return { kind: 'unknown', reason: `status_${status}` };
  const { code, error_subcode: subcode } = error.data.error;
  const verdict = judgeError(code, status, subcode);
  if (verdict.kind !== 'retry') return { ...verdict, code };
  const waitMs = retryAfterMs(headers);
  return { ...verdict, code, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}
