import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { distanceM, readPosition } from './position.ts';

describe('distanceM', () => {
  it('is the great-circle distance between two cities', () => {
    const mumbai = { latitude: 19.076, longitude: 72.8777 };
    const delhi = { latitude: 28.6139, longitude: 77.209 };
    assert.ok(Math.abs(distanceM(mumbai, delhi) - 1_148_000) < 2_000);
  });

  it('is zero between a point and itself, and the same in both directions', () => {
    const here = { latitude: 12.97, longitude: 77.59 };
    const there = { latitude: 13.09, longitude: 80.28 };
    assert.equal(distanceM(here, here), 0);
    assert.equal(distanceM(here, there), distanceM(there, here));
  });
});

describe('readPosition', () => {
  it('takes plain numbers inside India', () => {
    assert.deepEqual(readPosition('12.9271111', '77.626605'), {
      kind: 'good',
      position: { latitude: 12.9271111, longitude: 77.626605 },
    });
  });

  it('swaps a pair that only makes sense the other way round', () => {
    assert.deepEqual(readPosition('77.626605', '12.9271111'), {
      kind: 'swapped',
      position: { latitude: 12.9271111, longitude: 77.626605 },
    });
  });

  it('gives up on points that lie outside India either way', () => {
    for (const [latitude, longitude] of [
      ['1.0', '1.0'],
      ['0', '0'],
      ['51.5', '-0.12'],
    ] as const) {
      assert.deepEqual(readPosition(latitude, longitude), { kind: 'outside' });
    }
  });

  it('does not guess at anything that is not a plain number', () => {
    for (const latitude of ['NA', '', '28.430354° N', `28°37'2"`, '1e1', '28,43', '28.']) {
      assert.deepEqual(readPosition(latitude, '77.3'), { kind: 'missing' }, latitude);
    }
  });
});
