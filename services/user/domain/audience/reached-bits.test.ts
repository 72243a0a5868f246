import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bitsOf, newBits, union } from './reached-bits.ts';

const set = fc.uint8Array({ maxLength: 20 });

describe('sets of members', () => {
  it('are written one bit a member, least significant first', () => {
    assert.deepEqual(bitsOf(Uint8Array.of(0b1000_0001, 0b10)), [0, 7, 9]);
    assert.deepEqual(bitsOf(new Uint8Array()), []);
  });

  it('hold what either held, of which only what was unknown is new', () => {
    fc.assert(
      fc.property(set, set, (known, reported) => {
        const fresh = bitsOf(newBits(known, reported));
        const before = bitsOf(known);
        assert.deepEqual(
          fresh,
          bitsOf(reported).filter((bit) => !before.includes(bit)),
        );
        assert.deepEqual(
          bitsOf(union(known, reported)),
          [...before, ...fresh].toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
