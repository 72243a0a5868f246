import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aShop } from '../test/shops.ts';
import { type Approval, askAgain, checkGstin, checkShopLimit, type Decision, decide } from './shop.ts';

describe('a decision about a shop', () => {
  const outcomes: readonly [Approval, Decision, boolean][] = [
    ['pending', 'approved', true],
    ['pending', 'rejected', true],
    ['pending', 'suspended', false],
    ['approved', 'approved', false],
    ['approved', 'rejected', false],
    ['approved', 'suspended', true],
    ['rejected', 'approved', true],
    ['rejected', 'rejected', false],
    ['rejected', 'suspended', false],
    ['suspended', 'approved', true],
    ['suspended', 'rejected', false],
    ['suspended', 'suspended', false],
  ];
  for (const [approval, decision, allowed] of outcomes) {
    it(`${allowed ? 'lets' : 'does not let'} a shop that is ${approval} be ${decision}`, () => {
      const shop = aShop({ approval, decisions: 4 });
      if (!allowed) return assert.throws(() => decide(shop, decision, ''), { reason: 'SHOP_STATE' });
      assert.equal(decide(shop, decision, '').approval, decision);
      assert.equal(decide(shop, decision, '').decisions, 5);
    });
  }

  it('replaces the reason of the one before', () => {
    const rejected = decide(aShop(), 'rejected', 'the address is incomplete');
    assert.equal(rejected.approvalReason, 'the address is incomplete');
    assert.equal(decide(rejected, 'approved', '').approvalReason, '');
  });
});

describe('askAgain', () => {
  it('puts a rejected shop back into the queue and leaves every other as it is', () => {
    const again = askAgain(aShop({ approval: 'rejected', approvalReason: 'no sign' }));
    assert.equal(again.approval, 'pending');
    assert.equal(again.approvalReason, '');
    for (const approval of ['pending', 'approved', 'suspended'] as const) {
      const shop = aShop({ approval, approvalReason: 'as it was' });
      assert.equal(askAgain(shop), shop);
    }
  });
});

describe('the limits of a shop', () => {
  it('let an owner have twenty shops and no more', () => {
    checkShopLimit(19);
    assert.throws(() => checkShopLimit(20), { reason: 'SHOP_LIMIT' });
  });

  it('take a GST number with a right check digit, or none', () => {
    checkGstin('');
    checkGstin('29AAGCB7383J1Z4');
    assert.throws(() => checkGstin('29AAGCB7383J1Z5'), { reason: 'GSTIN_INVALID' });
  });
});
