import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createNeighbourIndex } from './neighbours.ts';
import { distanceM, type Position } from './position.ts';

const point = (pincode: string, latitude: number, longitude: number) => ({
  pincode,
  position: { latitude, longitude },
});

describe('neighbours of a PIN code', () => {
  const index = createNeighbourIndex([
    point('560001', 12.97, 77.59),
    point('560034', 12.927, 77.627),
    point('560095', 12.935, 77.62),
    point('600001', 13.09, 80.28),
  ]);

  it('come nearest first, the PIN code itself before all others', () => {
    const found = index.around('560034', { radiusM: 10_000, minCount: 0 })?.map(({ pincode }) => pincode);
    assert.deepEqual(found, ['560034', '560095', '560001']);
  });

  it('end at the radius', () => {
    const found = index.around('560034', { radiusM: 3_000, minCount: 0 })?.map(({ pincode }) => pincode);
    assert.deepEqual(found, ['560034', '560095']);
  });

  it('come from beyond the radius until there are as many as asked for, and no more', () => {
    const found = index.around('560034', { radiusM: 1, minCount: 3 })?.map(({ pincode }) => pincode);
    assert.deepEqual(found, ['560034', '560095', '560001']);
  });

  it('are all there are when more are asked for than exist', () => {
    assert.equal(index.around('560034', { radiusM: 1, minCount: 50 })?.length, 4);
  });

  it('are unknown for a PIN code without a position', () => {
    assert.equal(index.around('999999', { radiusM: 1_000, minCount: 0 }), undefined);
  });

  it('are exactly the points within the radius, wherever in India', () => {
    const place = fc.record({
      latitude: fc.double({ min: 6, max: 37.6, noNaN: true }),
      longitude: fc.double({ min: 68, max: 97.5, noNaN: true }),
    });
    const places = fc.array(place, { minLength: 1, maxLength: 60 });
    const radius = fc.integer({ min: 1, max: 2_000_000 });
    fc.assert(
      fc.property(places, radius, (positions, radiusM) => {
        const points = positions.map((position, n) => ({ pincode: String(100_000 + n), position }));
        const centre = positions[0] as Position;
        const expected = points.filter(({ position }) => distanceM(centre, position) <= radiusM);
        const found = createNeighbourIndex(points).around('100000', { radiusM, minCount: 0 });
        assert.deepEqual(
          found?.map(({ pincode }) => pincode).toSorted(),
          expected.map(({ pincode }) => pincode),
        );
      }),
    );
  });
});
