import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { assertSendTime, launchFailure } from './launch.ts';
import { assertLiveAt, assertPublished } from './offer-period.ts';

const now = new Date('2026-11-23T06:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 24 * 3600 * 1000);

describe('the send time', () => {
  it('is now or within 30 days', () => {
    assertSendTime(now, now);
    assertSendTime(days(30), now);
    for (const wrong of [new Date(now.getTime() - 1), new Date(days(30).getTime() + 1)]) {
      assert.throws(() => assertSendTime(wrong, now), { reason: 'SEND_TIME_INVALID' });
    }
  });

  it('lies within the validity of the offer', () => {
    const offer = { active: true, startAt: days(1), endAt: days(3) };
    assertPublished(offer, now);
    assertLiveAt(offer, days(1));
    assertLiveAt({ ...offer, startAt: undefined }, now);
    for (const wrong of [now, days(3), days(4)]) {
      assert.throws(() => assertLiveAt(offer, wrong), { reason: 'OFFER_NOT_LIVE' });
    }
    assert.throws(() => assertPublished({ ...offer, active: false }, now), { reason: 'OFFER_NOT_LIVE' });
  });
});

describe('a launch', () => {
  it('fails by a refusal, and stays open when nobody could be asked or another launch runs', () => {
    const refusal = new DomainError('failed_precondition', 'INSUFFICIENT_FUNDS', 'top up');
    assert.deepEqual(launchFailure(refusal), {
      code: 'failed_precondition',
      reason: 'INSUFFICIENT_FUNDS',
      message: 'top up',
    });
    for (const open of [
      new DomainError('unavailable', 'WORKFLOWS_UNAVAILABLE', 'later'),
      new DomainError('deadline_exceeded', 'DEADLINE_EXCEEDED', 'later'),
      new DomainError('already_exists', 'ALREADY_LAUNCHED', 'running'),
      new TypeError('a bug'),
    ]) {
      assert.equal(launchFailure(open), undefined);
    }
  });
});
