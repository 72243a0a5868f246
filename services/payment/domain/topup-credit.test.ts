import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import fc from 'fast-check';
import { aTopup } from '../test/topups.ts';
import { topupCredit } from './topup-credit.ts';

const amounts = (placeOfSupply: string, amount = paise(5_000_00)) =>
  Object.fromEntries(
    topupCredit(aTopup({ placeOfSupply, amount }), '27').lines.map(({ account, debit, credit }) => [
      account.code,
      debit - credit,
    ]),
  );

describe('the journal of a top-up', () => {
  it('credits the wallet in full and books the tax inside it, in two halves within the State', () => {
    assert.deepEqual(amounts('27'), {
      GATEWAY_CLEARING: 5_000_00,
      WALLET_CASH: -5_000_00,
      ADVANCE_TAX: 762_72,
      GST_CGST: -381_36,
      GST_SGST: -381_36,
    });
  });

  it('books the tax as one across a border', () => {
    assert.deepEqual(amounts('29'), {
      GATEWAY_CLEARING: 5_000_00,
      WALLET_CASH: -5_000_00,
      ADVANCE_TAX: 762_71,
      GST_IGST: -762_71,
    });
  });

  it('balances for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000_000 }), fc.constantFrom('27', '29'), (amount, state) => {
        const sum = Object.values(amounts(state, paise(amount))).reduce((total, part) => total + part, 0);
        assert.equal(sum, 0);
      }),
    );
  });

  it('has one key for one top-up, so that it is written once', () => {
    assert.equal(topupCredit(aTopup(), '27').key, `topup/${aTopup().id}/credit`);
  });
});
