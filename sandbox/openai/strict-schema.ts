import { isRecord } from '../http/incoming.ts';

/** With `strict`, every object must list all its properties as required and allow no others. @returns what is wrong. */
export function strictViolation(schema: unknown, path = '()'): string | undefined {
  if (!isRecord(schema)) return undefined;
  if (isRecord(schema.properties)) {
    if (schema.additionalProperties !== false) {
      return `In context=${path}, 'additionalProperties' is required to be supplied and to be false.`;
    }
    const required = Array.isArray(schema.required) ? schema.required : [];
    const missing = Object.keys(schema.properties).find((name) => !required.includes(name));
    if (missing)
      return `In context=${path}, 'required' is required to include every key in properties. Missing '${missing}'.`;
  }
  for (const [key, inner] of Object.entries(schema)) {
    const wrong = Array.isArray(inner)
      ? inner.map((item) => strictViolation(item, path)).find(Boolean)
      : key === 'properties' || key === '$defs' || key === 'definitions'
        ? Object.entries(isRecord(inner) ? inner : {})
            .map(([name, item]) => strictViolation(item, `${path}.${name}`))
            .find(Boolean)
        : strictViolation(inner, path);
    if (wrong) return wrong;
  }
  return undefined;
}
