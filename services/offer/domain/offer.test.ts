import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { anOffer } from '../test/offers.ts';
import { checkOffer, hasExpired, isLive, publish } from './offer.ts';

const end = new Date('2026-12-01T00:00:00Z');
const justBefore = new Date(end.getTime() - 1);

describe('an offer', () => {
  it('is live from its start until the moment before its end', () => {
    const offer = anOffer({ state: 'active', startAt: new Date('2026-11-20T00:00:00Z'), endAt: end });
    assert.equal(isLive(offer, new Date('2026-11-19T23:59:59.999Z')), false);
    assert.equal(isLive(offer, new Date('2026-11-20T00:00:00Z')), true);
    assert.equal(isLive(offer, justBefore), true);
    assert.equal(isLive(offer, end), false);
  });

  it('expires by the clock, whatever its row says, but a draft never does', () => {
    assert.equal(hasExpired(anOffer({ state: 'active', endAt: end }), end), true);
    assert.equal(hasExpired(anOffer({ state: 'active', endAt: end }), justBefore), false);
    assert.equal(hasExpired(anOffer({ state: 'draft', endAt: end }), end), false);
  });

  it('is published from draft and pause, and stays published when asked again', () => {
    for (const state of ['draft', 'paused', 'active'] as const) {
      assert.equal(publish(anOffer({ state, endAt: end }), justBefore).state, 'active');
    }
  });

  it('is not published when it is over or suspended', () => {
    assert.throws(() => publish(anOffer({ endAt: end }), end), { reason: 'OFFER_EXPIRED' });
    assert.throws(() => publish(anOffer({ state: 'suspended', endAt: end }), justBefore), { reason: 'OFFER_STATE' });
  });
});

describe('the text of an offer', () => {
  it('is refused when its period is no period', () => {
    const later = new Date(end.getTime() + 1000);
    assert.throws(() => checkOffer(anOffer({ endAt: end }), end), { reason: 'OFFER_PERIOD_INVALID' });
    assert.throws(() => checkOffer(anOffer({ startAt: later, endAt: end }), justBefore), {
      reason: 'OFFER_PERIOD_INVALID',
    });
    assert.throws(() => checkOffer(anOffer({ endAt: new Date('2028-01-01') }), justBefore), {
      reason: 'OFFER_PERIOD_INVALID',
    });
  });

  it('is refused when the discount is larger than the smallest bill', () => {
    const discount = { kind: { amount: paise(20_000) }, minBill: paise(10_000) };
    assert.throws(() => checkOffer(anOffer({ discount, endAt: end }), justBefore), { reason: 'DISCOUNT_INVALID' });
    checkOffer(anOffer({ discount: { ...discount, minBill: paise(20_000) }, endAt: end }), justBefore);
  });
});
