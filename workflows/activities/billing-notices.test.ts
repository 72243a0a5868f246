import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { billingNotice } from './billing-notices.ts';

describe('what an owner reads about a month that is not paid', () => {
  const nextTry = new Date('2027-02-01T06:30:00Z').getTime();
  const textOf = (isFrozen: boolean, next: { nextTry?: number }) =>
    billingNotice('s', { kind: 'subscription-unpaid', amountPaise: 588_82, isFrozen, ...next }).body;

  it('is to top up when the wallet is short', () => {
    const short = 'Your wallet does not cover ₹588.82 for this month of your plan.';
    assert.equal(textOf(false, { nextTry }), `${short} We try again on 2027-02-01.`);
    assert.equal(textOf(false, {}), `${short} Top it up and resume your plan.`);
  });

  it('is to ask support when it may not be used, whatever is in it', () => {
    assert.match(textOf(true, { nextTry }), /could not be taken: .* Ask support .*\. We try again on 2027-02-01\.$/);
    assert.match(textOf(true, {}), /Ask support what it waits for\. Then resume your plan\.$/);
    for (const next of [{}, { nextTry }]) assert.doesNotMatch(textOf(true, next), /cover|op (it|up)/);
  });
});
