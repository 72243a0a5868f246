import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createFieldCipher } from './field-cipher.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const cipher = createFieldCipher({ dataKey: key(1), indexKey: key(9) });
const field = { table: 'customer', column: 'phone', id: '0192-a' };

describe('a sealed field', () => {
  it('opens in its own row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (plain) => cipher.open(field, cipher.seal(field, plain)) === plain),
    );
  });

  it('opens in no other row, column or table', () => {
    const sealed = cipher.seal(field, '+919876543210');
    for (const change of [{ id: '0192-b' }, { column: 'email' }, { table: 'shop' }]) {
      assert.throws(() => cipher.open({ ...field, ...change }, sealed));
    }
  });

  it('does not open when any bit was changed, or bytes are missing', () => {
    const sealed = cipher.seal(field, '+919876543210');
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => cipher.open(field, changed), `byte ${at}`);
    }
    for (const length of [0, 1, 29, sealed.length - 1])
      assert.throws(() => cipher.open(field, sealed.subarray(0, length)));
  });

  it('takes 30 bytes more than the value: a phone fits in 43', () => {
    assert.equal(cipher.seal(field, '+919876543210').length, 43);
  });

  it('looks different each time and holds nothing of the value', () => {
    const [one, two] = [cipher.seal(field, '+919876543210'), cipher.seal(field, '+919876543210')];
    assert.notDeepEqual(one, two);
    assert.ok(!one.includes('9876543210'));
  });
});

describe('a blind index', () => {
  it('is the same for the same value and differs for another value or key', () => {
    const other = createFieldCipher({ dataKey: key(1), indexKey: key(8) });
    assert.deepEqual(cipher.blindIndex('+919876543210'), cipher.blindIndex('+919876543210'));
    assert.notDeepEqual(cipher.blindIndex('+919876543210'), cipher.blindIndex('+919876543211'));
    assert.notDeepEqual(cipher.blindIndex('+919876543210'), other.blindIndex('+919876543210'));
    assert.equal(cipher.blindIndex('x').length, 32);
  });
});

describe('a rotated key', () => {
  const rotated = createFieldCipher({ dataKey: key(2), indexKey: key(9), earlierDataKeys: [key(1)] });

  it('seals with the new key and still opens what the old one sealed', () => {
    const old = cipher.seal(field, 'x');
    const fresh = rotated.seal(field, 'x');
    assert.equal(rotated.open(field, old), 'x');
    assert.equal(rotated.open(field, fresh), 'x');
    assert.throws(() => cipher.open(field, fresh));
  });

  it('tells which values to seal again', () => {
    assert.ok(!rotated.isCurrent(cipher.seal(field, 'x')));
    assert.ok(rotated.isCurrent(rotated.seal(field, 'x')));
  });
});

describe('a key', () => {
  it('is refused when it is not 32 bytes', () => {
    assert.throws(() => createFieldCipher({ dataKey: 'c2hvcnQ=', indexKey: key(9) }), /32 bytes/);
  });

  it('is refused when it is given twice', () => {
    assert.throws(() => createFieldCipher({ dataKey: key(1), indexKey: key(9), earlierDataKeys: [key(1)] }), /same id/);
  });
});
