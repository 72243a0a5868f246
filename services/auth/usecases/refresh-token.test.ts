import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aSession } from '../test/samples.ts';
import { readRefreshToken, writeRefreshToken } from './refresh-token.ts';

describe('a refresh token', () => {
  const key = Buffer.alloc(32, 'key');
  const token = writeRefreshToken(key, aSession({ counter: 7 }));

  it('gives back the session and counter it was made of', () => {
    assert.deepEqual(readRefreshToken(key, token), { id: aSession().id, counter: 7 });
  });

  it('is the same every time, so that parallel refreshes agree', () => {
    assert.equal(writeRefreshToken(key, aSession({ counter: 7 })), token);
    assert.notEqual(writeRefreshToken(key, aSession({ counter: 8 })), token);
  });

  it('is refused when any one character of it is changed', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[\x20-\x7e]$/), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        // The last character of base64url carries two unused bits: two spellings of the same bytes.
        fc.pre(changed !== token && at < token.length - 1);
        assert.equal(readRefreshToken(key, changed), undefined);
      }),
    );
  });

  it('is refused under another key, cut short, or when it is no refresh token at all', () => {
    assert.equal(readRefreshToken(Buffer.alloc(32, 'other'), token), undefined);
    for (const text of ['', token.slice(0, -1), `${token}A`, 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln', 'rt1...']) {
      assert.equal(readRefreshToken(key, text), undefined, text);
    }
  });
});
