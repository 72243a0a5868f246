import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maskPhone, parsePhone } from './phone.ts';

const mobile = fc
  .tuple(fc.constantFrom('6', '7', '8', '9'), fc.stringMatching(/^\d{9}$/))
  .map(([first, rest]) => first + rest);

/** Zeros of the Indian scripts. */
const scripts = [0x30, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66];
const inScript = (digits: string, zero: number) =>
  digits
    .split('')
    .map((digit) => (/\d/.test(digit) ? String.fromCharCode(zero + Number(digit)) : digit))
    .join('');

describe('parsePhone', () => {
  it('reads every mobile number the same, however it is written', () => {
    const writing = fc.record({
      prefix: fc.constantFrom('', '+91', '+91 ', '91', '0', '0091'),
      gap: fc.constantFrom('', ' ', '-'),
      around: fc.constantFrom('', ' ', '\t', '\n'),
      zero: fc.constantFrom(...scripts),
    });
    fc.assert(
      fc.property(mobile, writing, (digits, { prefix, gap, around, zero }) => {
        const written = inScript(`${prefix}${digits.slice(0, 5)}${gap}${digits.slice(5)}`, zero);
        assert.equal(parsePhone(around + written + around), `+91${digits}`);
      }),
    );
  });

  it('refuses everything that is no Indian mobile number', () => {
    const written = fc.oneof(
      fc.string(),
      fc.stringMatching(/^\+[1-9]\d{6,13}$/).filter((text) => !text.startsWith('+91')),
      fc.stringMatching(/^\+91[0-5]\d{9}$/),
      fc.stringMatching(/^\+91[6-9]\d{8}$/),
      fc.stringMatching(/^\+91[6-9]\d{10,12}$/),
      fc.stringMatching(/^[1-5]\d{9}$/),
    );
    fc.assert(
      fc.property(written, (text) => {
        fc.pre(!/[6-9]\p{Nd}{9}/u.test(text.replaceAll(/[^\p{Nd}]/gu, '')) || text.startsWith('+'));
        assert.throws(() => parsePhone(text), { reason: 'PHONE_INVALID' });
      }),
      { numRuns: 500 },
    );
  });

  it('refuses premium, landline, foreign and extended numbers', () => {
    for (const text of ['1800123456', '02226700000', '+14155550123', '9876543210 ext 5', 'call 9876543210', '']) {
      assert.throws(() => parsePhone(text), { code: 'invalid_argument', reason: 'PHONE_INVALID' }, text);
    }
  });

  it('gives back what it has given', () => {
    fc.assert(
      fc.property(mobile, (digits) => {
        const phone = parsePhone(digits);
        assert.equal(parsePhone(phone), phone);
      }),
    );
  });
});

it('a masked number shows its last four digits only', () => {
  assert.equal(maskPhone(parsePhone('9876543210')), '+91••••••3210');
});
