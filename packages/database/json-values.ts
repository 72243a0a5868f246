/**
 * JSON that gives back what went in: a Date, a bigint and bytes survive, which plain JSON would lose. A stored answer
 * therefore equals the first one.
 */
export function encodeValue(value: unknown): string {
  return JSON.stringify(tag(value)) ?? 'null';
}

export function decodeValue(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => (isTagged(value) ? untag(value) : value));
}

/** The same text for values that differ only in the order of their keys: what a hash of a request is made of. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(sortKeys(tag(value))) ?? 'null';
}

type Tagged = { readonly $: 'date' | 'bigint' | 'bytes'; readonly v: string };

function tag(value: unknown): unknown {
  if (value instanceof Date) return { $: 'date', v: value.toISOString() };
  if (typeof value === 'bigint') return { $: 'bigint', v: value.toString() };
  if (value instanceof Uint8Array) return { $: 'bytes', v: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(tag);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tag(item)]));
  }
  return value;
}

function isTagged(value: unknown): value is Tagged {
  return typeof value === 'object' && value !== null && '$' in value && 'v' in value;
}

function untag({ $, v }: Tagged): unknown {
  if ($ === 'date') return new Date(v);
  return $ === 'bigint' ? BigInt(v) : Buffer.from(v, 'base64');
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
