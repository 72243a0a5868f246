import { createExchange, type ExchangeOutcome, parseJson, retryAfterMs } from '@doffers/provider-http';
import { z } from 'zod';

/** A one-time code is better sent twice than not at all, so the caller may repeat `unknown` as well as `retry`. */
export type SmsOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs?: number }
  /** This message will never be taken: wrong number, or a text that is not its registered template. */
  | { readonly kind: 'failed'; readonly code: string; readonly fields: readonly string[] }
  /** Key, account or balance: no message will be taken until a person has looked. */
  | { readonly kind: 'stop_sender'; readonly code: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export type SmsMessage = {
  /** E.164, India. */
  readonly to: string;
  readonly type: 'OTP' | 'TXN';
  /** The id under which the text is registered with the operators (DLT), and the text with its variables filled in. */
  readonly templateId: string;
  readonly text: string;
  /** Comes back in the delivery report. */
  readonly reference: string;
};

export type SmsOptions = {
  /** Ends in the account's SID, to which the DLT entity is bound: `https://api.in.kaleyra.io/v1/HXIN…`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The registered header, six letters. */
  readonly senderId: string;
  /** Names the gateway's callback profile that delivery reports go to; without it there are none. */
  readonly callbackProfileId?: string;
  readonly deadlineMs?: number;
};

export type Sms = {
  send(message: SmsMessage, options?: { signal?: AbortSignal }): Promise<SmsOutcome>;
  close(): Promise<void>;
};

/** An Indian SMS gateway by Kaleyra's messages API. */
export function createSms(options: SmsOptions): Sms {
  const { baseUrl, apiKey, senderId, callbackProfileId, deadlineMs = 10_000 } = options;
  const { origin, pathname } = new URL(baseUrl);
  const exchange = createExchange({ origin, connections: 16, deadlineMs });
  const path = `${pathname.replace(/\/$/, '')}/messages`;
  const headers = { 'api-key': apiKey, 'content-type': 'application/json' };
  return {
    async send({ to, type, templateId, text, reference }, { signal } = {}) {
      const body = JSON.stringify({
        to,
        sender: senderId,
        type,
        template_id: templateId,
        body: text,
        source: 'API',
        ref: reference,
        ...(callbackProfileId && { callback_profile_id: callbackProfileId }),
      });
      return judge(await exchange.send({ method: 'POST', path, headers, body, signal }));
    },
    close: () => exchange.close(),
  };
}

const acceptedSchema = z.object({ data: z.tuple([z.object({ message_id: z.string().min(1) })]) });
const errorSchema = z.object({ code: z.string(), error: z.record(z.string(), z.unknown()).optional() });

function judge(outcome: ExchangeOutcome): SmsOutcome {
  if (outcome.kind === 'not_sent') return { kind: 'retry', code: 'not_sent' };
  if (outcome.kind === 'unknown') return { kind: 'unknown', reason: outcome.reason };
  const { status, headers, body } = outcome;
  const json = parseJson(body);
  if (status === 200 || status === 202) {
    const accepted = acceptedSchema.safeParse(json);
    if (!accepted.success) return { kind: 'unknown', reason: 'unreadable_answer' };
    return { kind: 'accepted', providerId: accepted.data.data[0].message_id };
  }
  const error = errorSchema.safeParse(json);
  if (!error.success) return { kind: 'unknown', reason: `status_${status}` };
  const { code } = error.data;
  if (status === 401 || status === 402 || status === 403) return { kind: 'stop_sender', code };
  if (status === 429 || status >= 500) {
    const waitMs = retryAfterMs(headers);
    return { kind: 'retry', code, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
  }
  return { kind: 'failed', code, fields: Object.keys(error.data.error ?? {}) };
}

export type SmsReport = {
  readonly providerId: string;
  readonly reference: string | undefined;
  readonly status: 'sent' | 'delivered' | 'failed';
};

const reportSchema = z.object({
  message_id: z.string(),
  status: z.enum(['Sent', 'Delivered', 'Failed', 'Undelivered', 'NotSent']),
  ref: z.string().optional(),
});

/** What a delivery report says; `undefined` for anything else. Its origin is proven by the profile's static header. */
export function parseSmsReport(body: string): SmsReport | undefined {
  const report = reportSchema.safeParse(parseJson(body));
  if (!report.success) return undefined;
  const { message_id: providerId, ref: reference, status } = report.data;
  return {
    providerId,
    reference,
    status: status === 'Sent' ? 'sent' : status === 'Delivered' ? 'delivered' : 'failed',
  };
}
