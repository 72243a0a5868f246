import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { networkOf, sendRefused } from './send-limits.ts';

describe('networkOf', () => {
  it('is the /24 of an IPv4 address, also when it is written as IPv6', () => {
    assert.equal(networkOf('203.0.113.7'), '203.0.113');
    assert.equal(networkOf('::ffff:203.0.113.7'), '203.0.113');
  });

  it('is the /64 of an IPv6 address, however it is written', () => {
    for (const address of ['2001:db8:0:42::1', '2001:0DB8:0000:0042:ffff:1:2:3', '2001:db8:0:42:0:0:0:1']) {
      assert.equal(networkOf(address), '2001:db8:0:42');
    }
    assert.equal(networkOf('::1'), '0:0:0:0');
    assert.equal(networkOf('fe80::1'), 'fe80:0:0:0');
  });
});

describe('a refusal to send', () => {
  it('says when to come back, and keeps the cool-down apart from a limit', () => {
    const tooSoon = sendRefused({ limit: 'cool-down', retryAfterSeconds: 17 });
    assert.deepEqual([tooSoon.reason, tooSoon.retryAfterSeconds], ['OTP_TOO_SOON', 17]);
    for (const limit of ['phone', 'address', 'network'] as const) {
      const limited = sendRefused({ limit, retryAfterSeconds: 600 });
      assert.deepEqual([limited.code, limited.reason], ['resource_exhausted', 'OTP_LIMIT']);
      assert.match(limited.message, /10 minutes/);
    }
    assert.match(sendRefused({ limit: 'phone', retryAfterSeconds: 5 }).message, /a minute/);
  });

  it('looks like an outage when the whole platform has sent enough: nobody did anything wrong', () => {
    const { code, reason } = sendRefused({ limit: 'platform', retryAfterSeconds: 60 });
    assert.deepEqual([code, reason], ['unavailable', 'OTP_UNAVAILABLE']);
  });
});
