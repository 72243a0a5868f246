import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newTotpSecret, stepOfCode, totpCode, totpUri } from './totp.ts';

/** "12345678901234567890", the secret of RFC 6238, appendix B. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const at = (seconds: number) => new Date(seconds * 1_000);

describe('a time-based code', () => {
  it('is that of RFC 6238, appendix B, in its last six digits', () => {
    for (const [seconds, code] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_111_111_111, '050471'],
      [1_234_567_890, '005924'],
      [2_000_000_000, '279037'],
      [20_000_000_000, '353130'],
    ] as const) {
      assert.equal(totpCode(secret, Math.floor(seconds / 30)), code);
    }
  });

  it('is good a step before and after, and no longer', () => {
    const code = totpCode(secret, 100);
    const steps = [98, 99, 100, 101, 102].map((step) => stepOfCode(secret, code, { now: at(step * 30), lastStep: 0 }));
    assert.deepEqual(steps, [undefined, 100, 100, 100, undefined]);
  });

  it('is not good twice, nor after a later one', () => {
    const code = totpCode(secret, 100);
    assert.equal(stepOfCode(secret, code, { now: at(3_000), lastStep: 99 }), 100);
    assert.equal(stepOfCode(secret, code, { now: at(3_000), lastStep: 100 }), undefined);
    assert.equal(stepOfCode(secret, code, { now: at(3_000), lastStep: 101 }), undefined);
    assert.equal(stepOfCode(secret, '28708', { now: at(3_000), lastStep: 0 }), undefined);
  });

  it('comes from a secret of 160 bits that apps can read', () => {
    const fresh = newTotpSecret();
    assert.match(fresh, /^[A-Z2-7]{32}$/);
    assert.notEqual(fresh, newTotpSecret());
    const uri = new URL(totpUri(fresh, '••••1234'));
    assert.equal(uri.searchParams.get('secret'), fresh);
    assert.equal(uri.searchParams.get('issuer'), "D'Offers");
  });
});
