import { createHash } from 'node:crypto';

/** A UUID from its 32 hex digits. */
export function idFromHex(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A UUID (version 8) that the same text always gets. */
export function idFromText(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return idFromHex(`${hex.slice(0, 12)}8${hex.slice(13, 16)}8${hex.slice(17, 32)}`);
}
