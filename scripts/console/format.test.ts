import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { duration, megabytes, table } from './format.ts';

describe('duration', () => {
  for (const [ms, text] of [
    [0, '0.0 s'],
    [3_240, '3.2 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [245_000, '4 min 05 s'],
    [7_800_000, '2 h 10 min'],
    [273_600_000, '3 d 4 h'],
  ] as const) {
    it(`writes ${ms} ms as ${text}`, () => assert.equal(duration(ms), text));
  }
});

describe('table', () => {
  it('aligns words to the left and numbers to the right', () => {
    assert.equal(
      table(
        ['process', 'pid'],
        [
          ['redis', '7'],
          ['a', '12345'],
        ],
        ['pid'],
      ),
      ['process    pid', 'redis        7', 'a        12345'].join('\n'),
    );
  });
});

describe('megabytes', () => {
  it('rounds to whole megabytes', () => assert.equal(megabytes(104_800_000), '100 MB'));
});
