import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aPhone } from '../test/samples.ts';
import { codeMac, newChallengeId, newCode } from './one-time-code.ts';

describe('a new code', () => {
  it('has six digits, each of them as likely as any other', () => {
    const draws = 200_000;
    const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
    for (let n = 0; n < draws; n++) {
      const code = newCode();
      assert.match(code, /^\d{6}$/);
      for (const [place, digit] of code.split('').entries()) {
        const count = counts[place];
        if (count) count[Number(digit)] = (count[Number(digit)] ?? 0) + 1;
      }
    }
    const expected = draws / 10;
    for (const count of counts) {
      const chiSquare = count.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      assert.ok(chiSquare < 60, `chi-square ${chiSquare} with nine degrees of freedom`); // fair codes exceed it once in 10⁹ runs
    }
  });
});

describe('the stored form of a code', () => {
  const challenge = { id: newChallengeId(), phone: aPhone, purpose: 'login' } as const;
  const mac = codeMac('pepper', challenge, '123456');

  it('is the same for the same code', () => assert.equal(codeMac('pepper', challenge, '123456'), mac));

  it('is another for every other code, challenge, number, purpose and pepper', () => {
    const others = [
      codeMac('pepper', challenge, '123457'),
      codeMac('pepper', { ...challenge, id: newChallengeId() }, '123456'),
      codeMac('pepper', { ...challenge, phone: '+919812345671' as typeof aPhone }, '123456'),
      codeMac('pepper', { ...challenge, purpose: 'app-login' }, '123456'),
      codeMac('other pepper', challenge, '123456'),
    ];
    assert.equal(new Set([mac, ...others]).size, 6);
  });
});
