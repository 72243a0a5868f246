import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placeOfAdvance, placeOfSupply } from './place-of-supply.ts';

describe('the place of supply', () => {
  it('is the State of the GSTIN of a registered shop, wherever its address is', () => {
    assert.equal(placeOfSupply({ gstin: '29AABCR1718E1ZL', state: 'Maharashtra' }), '29');
  });

  it('is the State of the address of an unregistered shop, however the name is written', () => {
    const names = { KARNATAKA: '29', 'Tamil Nadu': '33', 'Jammu & Kashmir': '01', ' west  bengal ': '19' };
    for (const [state, code] of Object.entries(names)) assert.equal(placeOfSupply({ gstin: '', state }), code);
    assert.equal(placeOfSupply({ gstin: '', state: 'THE DADRA AND NAGAR HAVELI AND DAMAN AND DIU' }), '26');
  });

  it('of an advance is Other Territory, across every border, when the State is not known', () => {
    for (const state of ['', 'NA', 'constructor', 'Bombay Presidency']) {
      assert.equal(placeOfAdvance({ gstin: '', state }), '97');
      assert.equal(placeOfSupply({ gstin: '', state }), undefined);
    }
  });
});
