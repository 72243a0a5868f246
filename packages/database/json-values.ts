/**
 * JSON that gives back what went in: a Date, a bigint and bytes survive, which plain JSON would lose. A stored answer
 * therefore equals the first one.
 */
export function encodeValue(value: unknown): string {
  return JSON.stringify(mark(value)) ?? 'null';
}

export function decodeValue(text: string): unknown {
  return unmark(JSON.parse(text));
}

/** The same text for values that differ only in the order of their keys: what a hash of a request is made of. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(sortKeys(mark(value))) ?? 'null';
}

/** What JSON has no form for is an object with one key; an object that has this key by itself is wrapped too. */
const markKey = '$value';

function mark(value: unknown): unknown {
  if (value instanceof Date) return { [markKey]: ['date', value.toISOString()] };
  if (typeof value === 'bigint') return { [markKey]: ['bigint', value.toString()] };
  if (value instanceof Uint8Array) return { [markKey]: ['bytes', Buffer.from(value).toString('base64')] };
  if (Array.isArray(value)) return value.map(mark);
  if (typeof value !== 'object' || value === null) return value;
  const marked = mapValues(value, mark);
  return markKey in value ? { [markKey]: ['object', marked] } : marked;
}

function unmark(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== 'object' || value === null) return value;
  if (!(markKey in value)) return mapValues(value, unmark);
  const [kind, content] = value[markKey] as ['date' | 'bigint' | 'bytes', string] | ['object', object];
  switch (kind) {
    case 'date':
      return new Date(content);
    case 'bigint':
      return BigInt(content);
    case 'bytes':
      return Buffer.from(content, 'base64');
    case 'object':
      return mapValues(content, unmark);
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}

function mapValues(value: object, change: (item: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
