import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a refresh token names: a session, and the session's counter when the token was made. */
export type RefreshTokenContent = { readonly id: string; readonly counter: number };

const form = /^rt1\.([0-9a-f]{32})\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/;

/** `rt1.<session>.<counter>.<mac>`: the same session and counter always give the same token. */
export function writeRefreshToken(key: Buffer, { id, counter }: RefreshTokenContent): string {
  const content = `rt1.${id.replaceAll('-', '')}.${counter}`;
  return `${content}.${macOf(key, content).toString('base64url')}`;
}

/** Reads a token that this platform made; undefined for everything else, such as an access token. */
export function readRefreshToken(key: Buffer, token: string): RefreshTokenContent | undefined {
  const [, session = '', counter = '', mac = ''] = form.exec(token) ?? [];
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(key, `rt1.${session}.${counter}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return { id: session.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), counter: Number(counter) };
}

function macOf(key: Buffer, content: string): Buffer {
  return createHmac('sha256', key).update(content).digest();
}
