import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCode, parsePincode, parseRole, parseText, tenDigits } from './app-user.ts';

describe('what the app sends', () => {
  it('may be a code as a number, which has lost its leading zeros', () => {
    assert.equal(parseCode(4_711), '004711');
    assert.equal(parseCode(' 012345 '), '012345');
    for (const otp of ['12345', '1234567', 'abcdef', -1, 1.5, 1_234_567, Number.NaN]) {
      assert.throws(() => parseCode(otp), { reason: 'VALIDATION' });
    }
  });

  it('is refused in words that a person can act on', () => {
    assert.throws(() => parseRole('king'), { message: /customer, shopkeeper or admin/ });
    assert.throws(() => parsePincode('056003'), { message: /six digits/ });
    assert.throws(() => parseText('name', '  ', { min: 1, max: 120 }), { message: 'enter your name' });
    assert.throws(() => parseText('name', 'x'.repeat(121), { min: 1, max: 120 }), { message: /at most 120/ });
  });

  it('gets numbers back in its own form', () => assert.equal(tenDigits('+918888888888'), '8888888888'));
});
