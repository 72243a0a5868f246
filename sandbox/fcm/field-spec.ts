import { isRecord } from '../http/incoming.ts';

/** The part of proto3 JSON that matters here: which names exist, and of what kind their values are. */
export type FieldSpec =
  | { readonly kind: 'string' | 'bool' | 'number' | 'duration' | 'json' | 'strings' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'map' }
  | { readonly kind: 'message'; readonly fields: Readonly<Record<string, FieldSpec>> };

export type Violation = { readonly field: string; readonly description: string };

export const string: FieldSpec = { kind: 'string' };
export const bool: FieldSpec = { kind: 'bool' };
export const number: FieldSpec = { kind: 'number' };
export const duration: FieldSpec = { kind: 'duration' };
/** google.protobuf.Struct: anything. */
export const json: FieldSpec = { kind: 'json' };
export const strings: FieldSpec = { kind: 'strings' };
/** map<string, string>: the value that people get wrong most often. */
export const map: FieldSpec = { kind: 'map' };
export const enumeration = (...values: string[]): FieldSpec => ({ kind: 'enum', values });
export const message = (fields: Record<string, FieldSpec>): FieldSpec => ({ kind: 'message', fields });

/** Names are accepted as the API writes them and in lowerCamelCase, as proto3 JSON demands. */
export function checkField(spec: FieldSpec, value: unknown, path: string): Violation | undefined {
  switch (spec.kind) {
    case 'message':
      return checkMessageFields(spec.fields, value, path);
    case 'map':
      return checkMap(value, path);
    case 'enum':
      return typeof value === 'string' && spec.values.includes(value) ? undefined : invalid(path, 'TYPE_ENUM', value);
    case 'duration':
      return typeof value === 'string' && /^\d+(\.\d{1,9})?s$/.test(value)
        ? undefined
        : invalid(path, 'type.googleapis.com/google.protobuf.Duration', value);
    case 'string':
      return typeof value === 'string' ? undefined : invalid(path, 'TYPE_STRING', value);
    case 'bool':
      return typeof value === 'boolean' ? undefined : invalid(path, 'TYPE_BOOL', value);
    case 'number':
      return typeof value === 'number' ? undefined : invalid(path, 'TYPE_INT32', value);
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : invalid(path, 'TYPE_STRING', value);
    case 'json':
      return isRecord(value) ? undefined : invalid(path, 'type.googleapis.com/google.protobuf.Struct', value);
  }
}

function checkMessageFields(
  fields: Readonly<Record<string, FieldSpec>>,
  value: unknown,
  path: string,
): Violation | undefined {
  if (!isRecord(value)) return invalid(path, 'message', value);
  for (const [name, inner] of Object.entries(value)) {
    const spec = fields[name] ?? fields[snakeCase(name)];
    if (!spec) {
      const at = path === '' ? '' : ` at '${path}'`;
      return {
        field: path,
        description: `Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`,
      };
    }
    const wrong = checkField(spec, inner, path === '' ? name : `${path}.${name}`);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkMap(value: unknown, path: string): Violation | undefined {
  if (!isRecord(value)) return invalid(path, 'map', value);
  let index = 0;
  for (const inner of Object.values(value)) {
    if (typeof inner !== 'string') return invalid(`${path}[${index}].value`, 'TYPE_STRING', inner);
    index++;
  }
  return undefined;
}

function invalid(field: string, type: string, value: unknown): Violation {
  return { field, description: `Invalid value at '${field}' (${type}), ${JSON.stringify(value)}` };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
