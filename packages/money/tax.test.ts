import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gstinCheckCharacter, isGstin, stateOfGstin, taxContext } from './index.ts';

const supply = { supplierState: '27', placeOfSupply: '27', rateBasisPoints: 1800 };

describe('the tax context', () => {
  it('is intra-state when both States are the same', () => {
    assert.equal(taxContext(supply).supply, 'intra-state');
  });

  it('is inter-state across a border', () => {
    assert.equal(taxContext({ ...supply, placeOfSupply: '29' }).supply, 'inter-state');
  });

  it('is inter-state for a special economic zone in the same State', () => {
    assert.equal(taxContext({ ...supply, specialEconomicZone: true }).supply, 'inter-state');
  });

  it('calls the half of a Union Territory without a legislature UTGST', () => {
    for (const territory of ['04', '26', '31', '35', '38', '97']) {
      assert.equal(taxContext({ ...supply, placeOfSupply: territory }).stateTax, 'UTGST');
    }
    assert.equal(taxContext({ ...supply, placeOfSupply: '07' }).stateTax, 'SGST');
  });

  it('refuses a party without a State, and a rate that has no halves', () => {
    assert.throws(() => taxContext({ ...supply, placeOfSupply: '' }), RangeError);
    assert.throws(() => taxContext({ ...supply, supplierState: 'MH' }), RangeError);
    assert.throws(() => taxContext({ ...supply, rateBasisPoints: 1801 }), RangeError);
    assert.throws(() => taxContext({ ...supply, rateBasisPoints: -2 }), RangeError);
  });
});

describe('a GST number', () => {
  for (const gstin of [
    '27AAPFU0939F1ZV',
    '29AAGCB7383J1Z4',
    '24AAQCA8719H1ZC',
    '05AAACG2115R1ZN',
    '29AABCR1718E1ZL',
    '27AAJCS5738D1Z6',
  ]) {
    it(`${gstin} is valid`, () => assert.ok(isGstin(gstin)));
  }

  for (const [gstin, expected] of [
    ['01AABCE2207R1Z5', 'V'],
    ['27AAPFU0939F1ZZ', 'V'],
    ['29AAFCA7488L1Z0', 'W'],
  ] as const) {
    it(`${gstin} is not: its last character should be ${expected}`, () => {
      assert.ok(!isGstin(gstin));
      assert.equal(gstinCheckCharacter(gstin), expected);
    });
  }

  it('has fifteen characters in upper case', () => {
    for (const text of ['02AMBPG7773M002', '27aapfu0939f1zv', ' 27AAPFU0939F1ZV', '27AAPFU0939F1Z', '']) {
      assert.ok(!isGstin(text), text);
    }
  });

  it('is found out when any one character is mistyped', () => {
    const right = '27AAPFU0939F1ZV';
    for (let at = 0; at < right.length; at++) {
      for (const wrong of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') {
        if (wrong === right[at]) continue;
        assert.ok(!isGstin(right.slice(0, at) + wrong + right.slice(at + 1)), `${wrong} at ${at}`);
      }
    }
  });

  it('names its State', () => assert.equal(stateOfGstin('29AABCR1718E1ZL'), '29'));
});
