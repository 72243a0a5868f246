import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { aPayment, aTopup } from '../test/topups.ts';
import { judgePayment } from './payment.ts';
import { topupState } from './topup.ts';

const credited = aTopup({ payment: { id: 'pay_1', creditedAt: new Date('2026-11-23T06:05:00Z') } });

const isBreak = (why: string) => ({ kind: 'break', why });

describe('a payment', () => {
  it('of the amount asked for is credited', () => {
    assert.deepEqual(judgePayment(aTopup(), aPayment()), { kind: 'credit', topup: aTopup() });
  });

  it('that comes again changes nothing', () => {
    assert.deepEqual(judgePayment(credited, aPayment()), { kind: 'known', topup: credited });
  });

  it('for an order that was paid already goes back, and is no second credit', () => {
    assert.deepEqual(judgePayment(credited, aPayment({ id: 'pay_2' })), { kind: 'return', topup: credited });
    const other = aPayment({ id: 'pay_2', amount: paise(1) });
    assert.deepEqual(judgePayment(credited, other), isBreak('amount_mismatch'));
  });

  it('of another amount or in another currency is a break', () => {
    for (const wrong of [{ amount: paise(4_999_99) }, { amount: paise(5_000_01) }, { currency: 'USD' }]) {
      assert.deepEqual(judgePayment(aTopup(), aPayment(wrong)), isBreak('amount_mismatch'));
    }
  });

  it('for an order that nobody placed is a break', () => {
    assert.deepEqual(judgePayment(undefined, aPayment()), isBreak('unknown_order'));
  });
});

describe('a top-up', () => {
  it('is open until its time has run out', () => {
    assert.equal(topupState(aTopup(), new Date('2026-11-23T06:29:59.999Z')), 'open');
    assert.equal(topupState(aTopup(), new Date('2026-11-23T06:30:00Z')), 'expired');
  });

  it('is credited once it was paid, also when that came late', () => {
    assert.equal(topupState(credited, new Date('2026-11-24T00:00:00Z')), 'credited');
  });
});
