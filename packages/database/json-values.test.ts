import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { requestHash } from './commands.ts';
import { canonicalText, decodeValue, encodeValue } from './json-values.ts';

const date = fc.date({ noInvalidDate: true });
const leaf = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), fc.bigInt(), date);
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('a stored value', () => {
  it('comes back as it was, with dates, big numbers and bytes', () => {
    fc.assert(
      fc.property(value, (original) => assert.deepEqual(decodeValue(encodeValue(original)), toPlain(original))),
    );
    const bytes = decodeValue(encodeValue({ bytes: new Uint8Array([1, 2, 255]) }));
    assert.deepEqual(bytes, { bytes: Buffer.from([1, 2, 255]) });
  });

  it('may look like a mark of its own', () => {
    for (const tricky of [{ $value: ['date', 'no'] }, { $value: 5 }, { $value: { $value: 1 }, more: true }]) {
      assert.deepEqual(decodeValue(encodeValue(tricky)), tricky);
    }
  });
});

describe('the canonical text', () => {
  it('does not depend on the order of keys, but on everything else', () => {
    assert.equal(canonicalText({ a: 1, b: { c: [1, 2] } }), canonicalText({ b: { c: [1, 2] }, a: 1 }));
    assert.notEqual(canonicalText([1, 2]), canonicalText([2, 1]));
    assert.notEqual(canonicalText({ a: '1' }), canonicalText({ a: 1 }));
    assert.notEqual(canonicalText({ a: 1n }), canonicalText({ a: '1' }));
  });
});

describe('a request hash', () => {
  it('is a full SHA-256', () => {
    assert.equal(
      requestHash({ a: 1 }).toString('hex'),
      '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
    );
  });
});

/** fast-check makes dictionaries without a prototype, which no JSON gives back. */
function toPlain(original: unknown): unknown {
  if (Array.isArray(original)) return original.map(toPlain);
  if (typeof original !== 'object' || original === null || original instanceof Date) return original;
  return Object.fromEntries(Object.entries(original).map(([key, item]) => [key, toPlain(item)]));
}
