import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signHmacSha256, verifyHmacSha256 } from './index.ts';

const secret = 'sandbox-secret';
const body = Buffer.from('{"name":"चाय  पर 20%"}\r\n');

test('accepts the signature of exactly these bytes', () => {
  assert.equal(verifyHmacSha256(secret, body, signHmacSha256(secret, body)), true);
});

test('agrees with the published test vector (RFC 4231, case 2)', () => {
  assert.equal(
    signHmacSha256('Jefe', 'what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('refuses every single flipped bit of the body', () => {
  const signature = signHmacSha256(secret, body);
  for (let index = 0; index < body.length; index++) {
    const forged = Buffer.from(body);
    forged[index] = (forged[index] ?? 0) ^ 1;
    assert.equal(verifyHmacSha256(secret, forged, signature), false, `byte ${index}`);
  }
});

test('refuses a signature that is missing, short, long, not hex or made with another secret', () => {
  const good = signHmacSha256(secret, body);
  for (const bad of [undefined, '', good.slice(1), `${good}0`, 'z'.repeat(64), signHmacSha256('other', body)]) {
    assert.equal(verifyHmacSha256(secret, body, bad), false, String(bad));
  }
});

test('does not care about the case of the hex digits', () => {
  assert.equal(verifyHmacSha256(secret, body, signHmacSha256(secret, body).toUpperCase()), true);
});
