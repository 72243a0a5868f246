import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { allot, includedOf, type UnitUse, unusedOf } from './message-units.ts';

const left = [
  { entitlementId: 'ends-first', channel: 'whatsapp', left: 100 },
  { entitlementId: 'ends-first', channel: 'push', left: 10 },
  { entitlementId: 'ends-later', channel: 'whatsapp', left: 500 },
];
const sum = (uses: readonly UnitUse[]) => uses.reduce((total, { units }) => total + units, 0);

describe('included messages', () => {
  it('pay for what they can, what ends first before the rest', () => {
    const uses = allot(
      [
        { line: 'whatsapp', quantity: 250 },
        { line: 'push', quantity: 50 },
        { line: 'in_app', quantity: 5 },
      ],
      left,
    );
    assert.deepEqual(uses, [
      { entitlementId: 'ends-first', channel: 'whatsapp', units: 100 },
      { entitlementId: 'ends-later', channel: 'whatsapp', units: 150 },
      { entitlementId: 'ends-first', channel: 'push', units: 10 },
    ]);
    assert.deepEqual(
      [includedOf(uses, 'whatsapp'), includedOf(uses, 'push'), includedOf(uses, 'in_app')],
      [250, 10, 0],
    );
  });

  it('that were not needed go back to what lasts longest', () => {
    const uses = allot([{ line: 'whatsapp', quantity: 250 }], left);
    assert.deepEqual(unusedOf(uses, new Map([['whatsapp', 170]])), [
      { entitlementId: 'ends-later', channel: 'whatsapp', units: 150 },
      { entitlementId: 'ends-first', channel: 'whatsapp', units: 20 },
    ]);
    assert.deepEqual(unusedOf(uses, new Map()), []);
  });

  it('are never more than there are or are needed, and give back exactly what is not used', () => {
    const lefts = fc.array(fc.record({ entitlementId: fc.uuid(), channel: fc.constant('push'), left: fc.nat(50) }));
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), lefts, (quantity, share, left) => {
        const uses = allot([{ line: 'push', quantity }], left);
        const available = left.reduce((total, { left }) => total + left, 0);
        assert.equal(sum(uses), Math.min(quantity, available));
        const unused = Math.floor(share * sum(uses));
        assert.equal(sum(unusedOf(uses, new Map([['push', unused]]))), unused);
      }),
    );
  });
});
