import { isRecord } from '../http/incoming.ts';
import type { Copy } from './copywriter.ts';
import { type Facts, plain } from './facts.ts';

type Schema = Readonly<Record<string, unknown>>;
type Writer = { readonly root: Schema; readonly facts: Facts; readonly copy: Copy };

/** Fills a JSON schema with the copy and the facts of the request, so that every answer fits the caller's type. */
export function answerSchema(root: Schema, facts: Facts, copy: Copy): unknown {
  return fill({ root, facts, copy }, root, 'answer');
}

function fill(writer: Writer, given: Schema, name: string): unknown {
  const schema = resolve(writer.root, given);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return pickEnum(schema.enum, writer, name);
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return fill(writer, firstUseful(options), name);
  switch (typeOf(schema)) {
    case 'object':
      return fillObject(writer, schema);
    case 'array':
      return fillArray(writer, schema, name);
    case 'string':
      return fillString(writer, schema, name);
    case 'integer':
    case 'number':
      return fillNumber(writer, schema, name);
    case 'boolean':
      return writer.facts.get(plain(name)) === true;
    default:
      return null;
  }
}

function resolve(root: Schema, schema: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  let found: unknown = root;
  for (const part of schema.$ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    found = isRecord(found) ? found[decodeURIComponent(part.replaceAll('~1', '/').replaceAll('~0', '~'))] : undefined;
  }
  return isRecord(found) ? resolve(root, found) : {};
}

function typeOf(schema: Schema): unknown {
  if (Array.isArray(schema.type)) return schema.type.find((type) => type !== 'null');
  return schema.type ?? (isRecord(schema.properties) ? 'object' : undefined);
}

function firstUseful(options: readonly unknown[]): Schema {
  const schemas = options.filter(isRecord);
  return schemas.find((option) => option.type !== 'null') ?? schemas[0] ?? {};
}

function pickEnum(values: readonly unknown[], { facts, copy }: Writer, name: string): unknown {
  const wanted = [String(facts.get(plain(name)) ?? ''), copy.language].map((text) => text.toLowerCase());
  return values.find((value) => wanted.includes(String(value).toLowerCase())) ?? values[0];
}

function fillObject(writer: Writer, schema: Schema): Record<string, unknown> {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, fill(writer, isRecord(inner) ? inner : {}, name)]),
  );
}

function fillArray(writer: Writer, schema: Schema, name: string): unknown[] {
  const count = Math.max(1, Number(schema.minItems ?? 1));
  const items = isRecord(schema.items) ? schema.items : {};
  return Array.from({ length: Math.min(count, Number(schema.maxItems ?? count)) }, () => fill(writer, items, name));
}

function fillString({ facts, copy }: Writer, schema: Schema, name: string): string {
  const key = plain(name);
  const known = facts.get(key);
  const text = /(title|headline|subject|heading)$/.test(key)
    ? copy.title
    : /^(language|locale|lang)$/.test(key)
      ? copy.language
      : typeof known === 'string' && known !== ''
        ? known
        : /(whatsapp|message|longtext|description|caption)/.test(key)
          ? copy.long
          : copy.medium;
  return shorten(text, typeof schema.maxLength === 'number' ? schema.maxLength : 1024);
}

function fillNumber({ facts }: Writer, schema: Schema, name: string): number {
  const known = Number(facts.get(plain(name)));
  const least = Number(
    schema.minimum ?? (schema.exclusiveMinimum === undefined ? 0 : Number(schema.exclusiveMinimum) + 1),
  );
  const value = Number.isFinite(known) ? known : least;
  return typeof schema.maximum === 'number' ? Math.min(value, schema.maximum) : value;
}

/** Cuts at a word, counting what a reader sees as one character. */
export function shorten(text: string, maxLength: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);
  if (characters.length <= maxLength && text.length <= maxLength) return text;
  let kept = '';
  for (const character of characters.slice(0, maxLength)) {
    if (kept.length + character.length > maxLength) break;
    kept += character;
  }
  const space = kept.lastIndexOf(' ');
  return (space > maxLength / 2 ? kept.slice(0, space) : kept).trimEnd();
}
