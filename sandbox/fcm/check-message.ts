import { asText, isRecord } from '../http/incoming.ts';
import type { Reply } from '../http/reply.ts';
import { badRequest, fcmError, isFcmErrorCode } from './errors.ts';
import { bool, checkField, duration, enumeration, json, map, message, number, string, strings } from './field-spec.ts';

const notification = message({ title: string, body: string, image: string });
const fcmOptions = message({ analytics_label: string });

const androidNotification = message({
  title: string,
  body: string,
  icon: string,
  color: string,
  sound: string,
  tag: string,
  click_action: string,
  body_loc_key: string,
  body_loc_args: strings,
  title_loc_key: string,
  title_loc_args: strings,
  channel_id: string,
  ticker: string,
  sticky: bool,
  event_time: string,
  local_only: bool,
  notification_priority: enumeration(
    'PRIORITY_UNSPECIFIED',
    'PRIORITY_MIN',
    'PRIORITY_LOW',
    'PRIORITY_DEFAULT',
    'PRIORITY_HIGH',
    'PRIORITY_MAX',
  ),
  default_sound: bool,
  default_vibrate_timings: bool,
  default_light_settings: bool,
  vibrate_timings: strings,
  visibility: enumeration('VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET'),
  notification_count: number,
  light_settings: json,
  image: string,
});

const requestSpec = message({
  validate_only: bool,
  message: message({
    name: string,
    token: string,
    fid: string,
    topic: string,
    condition: string,
    data: map,
    notification,
    android: message({
      collapse_key: string,
      priority: enumeration('NORMAL', 'HIGH', 'normal', 'high'),
      ttl: duration,
      restricted_package_name: string,
      data: map,
      notification: androidNotification,
      fcm_options: fcmOptions,
      direct_boot_ok: bool,
    }),
    apns: message({
      headers: map,
      payload: json,
      fcm_options: message({ analytics_label: string, image: string }),
      live_activity_token: string,
    }),
    webpush: message({ headers: map, data: map, notification: json, fcm_options: json }),
    fcm_options: fcmOptions,
  }),
});

const maxPayloadBytes = 4096;
const maxTtlSeconds = 2_419_200;

export type CheckedPush = { readonly target: string; readonly collapseId: string };

/** Everything FCM checks before it takes a message. Field names in `error` details decide what the sender does next. */
export function checkPush(body: Record<string, unknown>): CheckedPush | Reply {
  const violation = checkField(requestSpec, body, '');
  if (violation) return badRequest(violation.field, violation.description);
  const push = body.message;
  if (!isRecord(push)) return badRequest('message', 'The message is not set.');
  const targets = [push.token, push.fid, push.topic, push.condition].filter((target) => target !== undefined);
  if (targets.length !== 1) {
    return badRequest('message', 'Exactly one of token, fid, topic or condition is required to send a message.');
  }
  const target = push.token ?? push.fid;
  if (typeof target !== 'string') return badRequest('message', 'This sandbox delivers to devices only.');
  return checkTarget(target) ?? checkContent(push) ?? { target, collapseId: collapseIdOf(push) };
}

/** Devices whose token ends in `-<CODE>` have that fate: `…-UNREGISTERED`, `…-QUOTA_EXCEEDED`. */
function checkTarget(target: string): Reply | undefined {
  if (!/^[A-Za-z0-9_:-]{32,4096}$/.test(target)) {
    return fcmError('INVALID_ARGUMENT', { message: 'The registration token is not a valid FCM registration token' });
  }
  const code = target.slice(target.lastIndexOf('-') + 1);
  return isFcmErrorCode(code) ? fcmError(code) : undefined;
}

function checkContent(push: Record<string, unknown>): Reply | undefined {
  return checkData(push) ?? checkTtl(push) ?? checkApns(push) ?? checkSize(push);
}

function checkData({ data }: Record<string, unknown>): Reply | undefined {
  const reserved = Object.keys(record(data)).find((key) => /^(from|message_type|google\..*|gcm\..*)$/.test(key));
  return reserved ? fcmError('INVALID_ARGUMENT', { message: `Invalid data payload key: ${reserved}` }) : undefined;
}

function checkTtl({ android }: Record<string, unknown>): Reply | undefined {
  const { ttl } = record(android);
  if (typeof ttl !== 'string' || Number.parseFloat(ttl) <= maxTtlSeconds) return undefined;
  return badRequest('message.android.ttl', `Invalid TTL: at most ${maxTtlSeconds} seconds are allowed.`);
}

function checkApns({ apns }: Record<string, unknown>): Reply | undefined {
  const headers = record(record(apns).headers);
  const collapseId = headers['apns-collapse-id'];
  if (typeof collapseId === 'string' && Buffer.byteLength(collapseId) > 64) {
    return badRequest('message.apns.headers', 'apns-collapse-id must not exceed 64 bytes.');
  }
  const priority = headers['apns-priority'];
  if (priority !== undefined && !['1', '5', '10'].includes(asText(priority))) {
    return badRequest('message.apns.headers', 'apns-priority must be 1, 5 or 10.');
  }
  const expiration = headers['apns-expiration'];
  if (expiration !== undefined && !/^\d+$/.test(asText(expiration))) {
    return badRequest('message.apns.headers', 'apns-expiration must be a UNIX time in seconds.');
  }
  return undefined;
}

function checkSize(push: Record<string, unknown>): Reply | undefined {
  const size = textBytes(push.notification) + textBytes(push.data) + textBytes(record(push.android).data);
  return size > maxPayloadBytes ? fcmError('INVALID_ARGUMENT', { message: 'Android message is too big' }) : undefined;
}

function textBytes(value: unknown): number {
  let bytes = 0;
  for (const [key, text] of Object.entries(record(value)))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(text));
  return bytes;
}

/** Any of the places a sender may name the message by; all should hold the same id. */
function collapseIdOf(push: Record<string, unknown>): string {
  const android = record(push.android);
  const headers = record(record(push.apns).headers);
  const id = android.collapse_key ?? android.collapseKey ?? headers['apns-collapse-id'] ?? record(push.data).mid ?? '';
  return asText(id);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
