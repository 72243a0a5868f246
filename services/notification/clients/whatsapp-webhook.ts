import { parseJson, verifyHmacSha256 } from '@doffers/provider-http';
import { z } from 'zod';
import type { Receipt } from '../domain/receipt.ts';

/** Checks `x-hub-signature-256` over the exact bytes of the body; anything missing or odd is simply wrong. */
export function isSignedByMeta(appSecret: string, body: Uint8Array, header: string | undefined): boolean {
  return header?.startsWith('sha256=') === true && verifyHmacSha256(appSecret, body, header.slice('sha256='.length));
}

/**
 * Whether a body tells of receipts, which nobody waits for. It is not read for that, because there are thousands: this key
 * cannot stand inside of a text, whose quotes are escaped.
 */
export function tellsOfReceipts(body: Uint8Array): boolean {
  return /"statuses"\s*:/.test(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'));
}

export type WhatsAppEvent =
  | { readonly kind: 'receipt'; readonly receipt: Receipt }
  | {
      readonly kind: 'message';
      readonly wamid: string;
      readonly from: string;
      readonly text: string;
      readonly sentAt: Date;
    }
  /** A person stopped or resumed marketing in WhatsApp itself. */
  | {
      readonly kind: 'preference';
      readonly from: string;
      readonly marketing: 'stop' | 'resume';
      readonly changedAt: Date;
    }
  | {
      readonly kind: 'template_status';
      readonly name: string;
      readonly language: string;
      readonly status: string;
      /** Why it was rejected; empty otherwise. */
      readonly reason: string;
      readonly toldAt: Date;
    };

const seconds = z.coerce.number().transform((value) => new Date(value * 1000));
const error = z.object({ code: z.number().int() });
const status = z.object({
  id: z.string(),
  status: z.string(),
  timestamp: seconds,
  biz_opaque_callback_data: z.string().optional(),
  errors: z.array(error).optional(),
});
const message = z.object({
  id: z.string(),
  from: z.string(),
  timestamp: seconds,
  type: z.string(),
  text: z.object({ body: z.string() }).optional(),
  button: z.object({ text: z.string() }).optional(),
});
const preference = z.object({ wa_id: z.string(), value: z.enum(['stop', 'resume']), timestamp: seconds });
const change = z.object({
  field: z.string(),
  value: z.object({
    metadata: z.object({ phone_number_id: z.string() }).optional(),
    statuses: z.array(status).optional(),
    messages: z.array(message).optional(),
    user_preferences: z.array(preference).optional(),
    event: z.string().optional(),
    message_template_name: z.string().optional(),
    message_template_language: z.string().optional(),
    reason: z.string().nullish(),
  }),
});
const webhook = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.object({ time: seconds.optional(), changes: z.array(change) })),
});

type Change = z.infer<typeof change>;

const receiptStatuses = new Set<string>(['sent', 'delivered', 'read', 'failed'] satisfies Receipt['status'][]);

/**
 * What a signed body reports, in the order it says so. Kinds that the platform does not use are left out, because Meta
 * adds new ones; a body that is no webhook at all gives `undefined`.
 */
export function parseWhatsAppWebhook(body: string): readonly WhatsAppEvent[] | undefined {
  const parsed = webhook.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  return parsed.data.entry.flatMap(({ changes, time }) => changes.flatMap((one) => eventsOf(one, time)));
}

function eventsOf({ field, value }: Change, time: Date | undefined): WhatsAppEvent[] {
  switch (field) {
    case 'messages':
      return [...receiptsOf(value), ...(value.messages ?? []).flatMap(messageOf)];
    case 'user_preferences':
      return (value.user_preferences ?? []).map((entry) => ({
        kind: 'preference',
        from: entry.wa_id,
        marketing: entry.value,
        changedAt: entry.timestamp,
      }));
    case 'message_template_status_update':
      return templateStatusOf(value, time);
    default:
      return [];
  }
}

function receiptsOf({ metadata, statuses = [] }: Change['value']): WhatsAppEvent[] {
  return statuses.flatMap((entry) => {
    if (!isReceiptStatus(entry.status) || !metadata) return [];
    const receipt: Receipt = {
      wamid: entry.id,
      status: entry.status,
      deliveryId: entry.biz_opaque_callback_data,
      phoneNumberId: metadata.phone_number_id,
      occurredAt: entry.timestamp,
      errorCode: entry.errors?.[0]?.code,
    };
    return [{ kind: 'receipt', receipt }];
  });
}

function isReceiptStatus(value: string): value is Receipt['status'] {
  return receiptStatuses.has(value);
}

function messageOf(entry: z.infer<typeof message>): WhatsAppEvent[] {
  const text = entry.text?.body ?? entry.button?.text;
  if (text === undefined) return [];
  return [{ kind: 'message', wamid: entry.id, from: entry.from, text, sentAt: entry.timestamp }];
}

function templateStatusOf(value: Change['value'], time = new Date(0)): WhatsAppEvent[] {
  const { event, message_template_name: name, message_template_language: language, reason } = value;
  if (!event || !name || !language) return [];
  const rejected = event === 'REJECTED' ? (reason ?? '') : '';
  return [{ kind: 'template_status', name, language, status: event, reason: rejected, toldAt: time }];
}
