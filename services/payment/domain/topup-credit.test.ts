import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import fc from 'fast-check';
import { advanceTerms, aTopup } from '../test/topups.ts';
import type { GstTiming } from './supply.ts';
import { creditOf, topupCredit } from './topup-credit.ts';

const amounts = (placeOfSupply: string, amount = paise(5_000_00), timing: GstTiming = 'ADVANCE') =>
  Object.fromEntries(
    topupCredit(aTopup({ placeOfSupply, amount }), advanceTerms({ timing })).lines.map(({ account, debit, credit }) => [
      account.code,
      debit - credit,
    ]),
  );

const timings = fc.constantFrom<GstTiming>('ADVANCE', 'INVOICE_AT_TOPUP');

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

  it('credits what is left after tax where topping up is the sale of ad credits', () => {
    assert.deepEqual(amounts('27', paise(5_000_00), 'INVOICE_AT_TOPUP'), {
      GATEWAY_CLEARING: 5_000_00,
      WALLET_CASH: -4_237_28,
      GST_CGST: -381_36,
      GST_SGST: -381_36,
    });
    assert.equal(creditOf(aTopup(), advanceTerms({ timing: 'INVOICE_AT_TOPUP' })), 4_237_29);
  });

  it('taxes a special economic zone as across a border', () => {
    const lines = topupCredit(aTopup({ placeOfSupply: '27' }), advanceTerms({ specialEconomicZone: true })).lines;
    assert.equal(lines.find(({ account }) => account.code === 'GST_IGST')?.credit, 762_71);
  });

  it('balances for every amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50_000_000 }),
        fc.constantFrom('27', '29'),
        timings,
        (amount, state, timing) => {
          const sum = Object.values(amounts(state, paise(amount), timing)).reduce((total, part) => total + part, 0);
          assert.equal(sum, 0);
        },
      ),
    );
  });

  it('has one key for one top-up, so that it is written once', () => {
    assert.equal(topupCredit(aTopup(), advanceTerms()).key, `topup/${aTopup().id}/credit`);
  });
});
