import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { redact, redactText } from './redaction.ts';

const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const deviceToken = 'dXk3f9aBcDeFgHiJkLmNoP:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx_ZdWb';

describe('inside a text', () => {
  for (const phone of [
    '9876543210',
    '+919876543210',
    '919876543210',
    '+91 98765 43210',
    '+91-98765-43210',
    '09876543210',
    '6000000000',
    'tel:+919876543210',
    'user_9876543210',
    '(9876543210)',
  ]) {
    it(`removes the phone in "${phone}"`, () => {
      assert.doesNotMatch(redactText(`no route to ${phone}, giving up`), /[0-9]{4}/);
    });
  }

  for (const text of [
    'your OTP is 123456',
    'otp=482913 was wrong',
    'code 4821 has expired',
    '482913 is your code',
    '48291357 is the D’Offers OTP',
    'verification: 482913',
    'passcode "1234"',
    'Duplicate entry for code: 482913',
  ]) {
    it(`removes the code in "${text}"`, () => {
      assert.doesNotMatch(redactText(text), /[0-9]{4}/);
    });
  }

  for (const [what, secret] of [
    ['a JSON web token', jwt],
    ['a bearer token', 'Bearer c2VjcmV0LXRva2Vu'],
    ['a basic credential', 'Basic dXNlcjpwYXNzd29yZA=='],
    ['a device token', deviceToken],
    ['a token in an address', 'https://x.example/v1?access_token=s3cr3t-value&x=1'],
    ['an API key in JSON', '{"api_key":"s3cr3t-value"}'],
    ['a password in a database address', 'mysql://user_svc:s3cr3t-value@127.0.0.1:13306/user_db'],
  ] as const) {
    it(`removes ${what}`, () => {
      const cleaned = redactText(`failed with ${secret} today`);
      assert.match(cleaned, /^failed with .*\[redacted\].* today$/);
      assert.doesNotMatch(cleaned, /eyJ|c2VjcmV0|dXNlcjp|APA91|s3cr3t/);
    });
  }

  for (const harmless of [
    '01890a5d-ac96-774b-bcce-919876543210',
    'campaign/01890a5d-ac96-774b-bcce-987654321012/hold/1',
    'offers near PIN 560001 within 5 km',
    'pincode 560001 has no offers',
    'pin code 560001',
    'error code 131026 from the provider',
    'status code 5031',
    'SAC code 998365',
    '2026-11-24T10:00:00.123Z',
    'listening on 127.0.0.1:50052 after 1234 ms',
    'sent 1234567 of 9876543 messages',
    'sha256 706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7',
    'invoice DOF/2627/000001',
    'order 5876543210 is no phone: they begin with 6 to 9',
  ]) {
    it(`keeps "${harmless}"`, () => assert.equal(redactText(harmless), harmless));
  }
});

describe('a text beyond what a log line holds', () => {
  it('is cut', () => assert.equal(redactText('x'.repeat(1_000_000)).length, 8_000));
});

describe('in an object', () => {
  it('removes what secret keys hold, at any depth and in any spelling', () => {
    const cleaned = redact({
      phone: 'x',
      shop: { ownerPhone: 'x', list: [{ phone_number: 'x', 'access-token': 'x', OTP: 1 }] },
      authorization: 'x',
      fcmToken: 'x',
      S3_SECRET_ACCESS_KEY: 'x',
      password: null,
      headers: new Map([['cookie', 'x']]),
    });
    assert.doesNotMatch(JSON.stringify(cleaned), /"x"|:1/);
  });

  it('removes a phone that is a number, and keeps quantities of ten digits', () => {
    assert.deepEqual(
      redact({ value: 9_876_543_210, big: 919_876_543_210n, amountPaise: 9_876_543_210, waitedMs: 7e9 }),
      {
        value: '[redacted]',
        big: '[redacted]',
        amountPaise: 9_876_543_210,
        waitedMs: 7e9,
      },
    );
  });

  it('removes a one-time code but keeps the code of an error', () => {
    const codes = [{ code: '482913' }, { code: 482_913 }, { code: 'ECONNREFUSED' }, { code: 14 }].map(redact);
    assert.deepEqual(codes, [{ code: '[redacted]' }, { code: '[redacted]' }, { code: 'ECONNREFUSED' }, { code: 14 }]);
  });

  it('cleans an error, its own fields and its causes', () => {
    const cause = new Error('no such user 9876543210');
    const error = Object.assign(new Error('SMS to +919876543210 failed', { cause }), { parameters: ['9876543210'] });
    const text = JSON.stringify(redact({ err: error }));
    assert.doesNotMatch(text, /98765/);
    assert.match(text, /SMS to \[redacted\] failed/);
    assert.match(text, /no such user \[redacted\]/);
    assert.match(text, /redaction\.test\.ts/, 'the stack stays');
  });

  it('keeps the text of a failed statement but none of the values in it', () => {
    const driverError = Object.assign(new Error('gone'), { sql: "INSERT INTO shop VALUES ('Asha Stores')" });
    const failed = Object.assign(new Error('gone'), {
      query: 'INSERT INTO shop VALUES (?)',
      parameters: ['Asha Stores'],
      sql: driverError.sql,
      driverError,
      errno: 2013,
    });
    const text = JSON.stringify(redact({ err: failed }));
    assert.doesNotMatch(text, /Asha/);
    assert.match(text, /VALUES \(\?\).*2013/);
  });

  it('copies plain data as it is and changes nothing in place', () => {
    const original = { id: 'a', n: 1, list: [true, null], at: new Date(0), none: undefined };
    assert.deepEqual(redact(original), {
      id: 'a',
      n: 1,
      list: [true, null],
      at: '1970-01-01T00:00:00.000Z',
      none: undefined,
    });
    const secret = { token: 'x' };
    redact(secret);
    assert.equal(secret.token, 'x');
  });

  it('ends on circles, depth, bytes and functions', () => {
    const circle: Record<string, unknown> = { bytes: Buffer.from('9876543210'), run: () => '9876543210' };
    circle.self = circle;
    assert.deepEqual(redact(circle), { bytes: '[10 bytes]', run: undefined, self: '[circular]' });
    let deep: unknown = '9876543210';
    for (let depth = 0; depth < 20; depth++) deep = { deep };
    assert.match(JSON.stringify(redact(deep)), /\[deep\]/);
  });
});
