import { createHash } from 'node:crypto';

/** What is asked for names a request, which may be long; with an attempt behind it, a key must fit into the ledger's 160. */
const keyLength = 140;

/** The key under which a bill is kept: as it was asked for, or its beginning and a hash of all of it. */
export function billKey(asked: string): string {
  if (asked.length <= keyLength) return asked;
  const hash = createHash('sha256').update(asked).digest('hex');
  return `${asked.slice(0, keyLength - hash.length - 1)}#${hash}`;
}
