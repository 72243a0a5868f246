import { isRecord } from '../http/incoming.ts';

/** What a request says about an offer: the leaves of the JSON it carries, by their names in lower case. */
export type Facts = ReadonlyMap<string, string | number | boolean>;

/** Finds the first JSON object in a text; requests carry their data that way, apart from the instructions. */
export function factsOf(text: string): Facts {
  const facts = new Map<string, string | number | boolean>();
  for (let start = text.indexOf('{'); start >= 0; start = text.indexOf('{', start + 1)) {
    const end = text.lastIndexOf('}');
    const value = end > start ? tryParse(text.slice(start, end + 1)) : undefined;
    if (!isRecord(value)) continue;
    collect(value, [], facts);
    break;
  }
  return facts;
}

/** The first fact whose name is one of these; a name may carry its parent, as in `shop.name`. */
export function fact(facts: Facts, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = facts.get(name);
    if (value !== undefined && value !== '') return String(value);
  }
  return undefined;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function collect(value: unknown, path: readonly string[], into: Map<string, string | number | boolean>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, into);
    return;
  }
  if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) collect(inner, [...path, plain(key)], into);
    return;
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
  for (const name of [path.at(-1) ?? '', path.slice(-2).join('.')]) {
    if (name !== '' && !into.has(name)) into.set(name, value);
  }
}

export function plain(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, '');
}
