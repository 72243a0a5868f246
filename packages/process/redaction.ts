const redacted = '[redacted]';
const maxDepth = 8;
const maxTextLength = 8_000;

/** Keys whose value never belongs in a log, whatever it looks like. Compared without case, `_` and `-`. */
const secretKey =
  /secret|password|passcode|pepper|authorization|cookie|credential|^(contact|msisdn|e164)$|(phone|phones|phonenumber|mobile|mobilenumber|whatsappnumber|otp|token|tokens|apikey|privatekey|datakey|indexkey|signature|floorprice)$/;
/** What a failed statement carries besides its text: the values of a row, which nobody can tell from personal data. */
const statementValues = new Set(['sql', 'parameters', 'driverError', 'entityClass', 'criteria']);
/** Keys of quantities, whose digits are no phone number even when they are ten. */
const quantityKey = /(paise|micros|bytes|ms|seconds|count|size|seq|offset)$/;

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const phone = '(?<![0-9a-z])(?:\\+?91[ -]?|0)?[6-9][0-9]{4}[ -]?[0-9]{5}(?![0-9a-z])';
const uuidOrPhone = new RegExp(`${uuid}|${phone}`, 'gi');

const jwt = /\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?/g;
const bearer = /\b(bearer|basic)\s+[\w\-.~+/]{8,}=*/gi;
const registrationToken = /\b[\w-]{8,}:APA91[\w-]{10,}/g;
const credentialsInUrl = /(:\/\/[^\s:/@]*:)[^\s@/]+@/g;
const secretParameter =
  /\b((?:access_|refresh_|id_)?token|api_?key|secret|password|otp|pepper)(["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi;

const codeWord =
  '(?<!(?:pin|error|status|exit|country|state|sac|hsn|error_|status_)[ _-]?)\\b(?:otp|code|passcode|one-time password|verification)\\b';
const codeAfterWord = new RegExp(`(${codeWord}[^0-9]{0,20})(?<![0-9])[0-9]{4,8}(?![0-9])`, 'gi');
const codeBeforeWord = new RegExp(`(?<![0-9])[0-9]{4,8}(?![0-9])([^0-9]{0,20}${codeWord})`, 'gi');

/**
 * Removes phone numbers, one-time codes and tokens from inside a text; ids and ordinary numbers stay. What is too long
 * for a log line is cut, which also bounds the work that somebody's input can cause here.
 */
export function redactText(text: string): string {
  return text
    .slice(0, maxTextLength)
    .replace(jwt, redacted)
    .replace(bearer, `$1 ${redacted}`)
    .replace(registrationToken, redacted)
    .replace(credentialsInUrl, `$1${redacted}@`)
    .replace(secretParameter, `$1$2${redacted}`)
    .replace(uuidOrPhone, (match) => (match.length === 36 ? match : redacted))
    .replace(codeAfterWord, `$1${redacted}`)
    .replace(codeBeforeWord, `${redacted}$1`);
}

/**
 * A copy of `value` that is fit to be logged: secrets removed by the name of their key at any depth, and from inside
 * every text. pino's own `redact` knows fixed paths only, and a phone number arrives inside an error's message.
 */
export function redact(value: unknown): unknown {
  return clean(value, '', { depth: 0, seen: new Set() });
}

type Walk = { readonly depth: number; readonly seen: ReadonlySet<object> };

function clean(value: unknown, key: string, walk: Walk): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  const name = key.toLowerCase().replace(/[_-]/g, '');
  if (secretKey.test(name)) return redacted;
  if (typeof value === 'string') return isCode(name, value) ? redacted : redactText(value);
  if (typeof value === 'number' || typeof value === 'bigint') return cleanNumber(value, name);
  if (typeof value === 'object') return cleanObject(value, walk);
  return undefined;
}

/** `code` names both a one-time code and an error's code: only the first is a row of four to eight digits. */
const isCode = (name: string, value: string) => name === 'code' && /^[0-9]{4,8}$/.test(value);

function cleanNumber(value: number | bigint, name: string): unknown {
  const text = String(value);
  if (isCode(name, text)) return redacted;
  if (!quantityKey.test(name) && redactText(text) !== text) return redacted;
  return typeof value === 'bigint' ? text : value;
}

function cleanObject(value: object, { depth, seen }: Walk): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (seen.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[deep]';
  const walk = { depth: depth + 1, seen: new Set(seen).add(value) };
  if (value instanceof Error) return cleanError(value, walk);
  if (value instanceof Map) return cleanObject(Object.fromEntries(value), { depth, seen });
  if (Array.isArray(value) || value instanceof Set) return [...value].map((item) => clean(item, '', walk));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clean(item, key, walk)]));
}

function cleanError(error: Error, walk: Walk): unknown {
  const shape = {
    type: error.name,
    message: redactText(error.message),
    ...ownFields(error, walk),
    stack: redactText(error.stack ?? ''),
  };
  return error.cause === undefined ? shape : { ...shape, cause: clean(error.cause, 'cause', walk) };
}

function ownFields(error: Error, walk: Walk): object {
  const fields = Object.entries(error).filter(([key]) => !statementValues.has(key));
  return Object.fromEntries(fields.map(([key, item]) => [key, clean(item, key, walk)]));
}
