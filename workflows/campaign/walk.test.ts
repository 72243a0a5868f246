import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Walk } from './walk.ts';

const grid = { size: 105, groupSize: 10, chunkSize: 35 };
const takeAll = (walk: Walk) => {
  const ranges: [number, number][] = [];
  for (let range = walk.take(); range !== undefined; range = walk.take()) ranges.push([range.from, range.to]);
  return ranges;
};

describe('a walk', () => {
  it('hands out every number once, in ranges that begin on the grid', () => {
    const ranges = takeAll(new Walk(grid));
    assert.deepEqual(ranges, [
      [0, 30],
      [30, 60],
      [60, 90],
      [90, 105],
    ]);
  });

  it('takes at least one group, however small a chunk is', () => {
    assert.deepEqual(new Walk({ ...grid, chunkSize: 1 }).take(), { from: 0, to: 10 });
  });

  it('has nothing to hand out for nobody', () => {
    const walk = new Walk({ ...grid, size: 0 });
    assert.equal(walk.take(), undefined);
    assert.equal(walk.handedOut, true);
  });

  it('hands the rest of a range out next, and an empty rest not at all', () => {
    const walk = new Walk(grid);
    walk.take();
    walk.giveBack({ from: 20, to: 30 });
    walk.giveBack({ from: 30, to: 30 });
    assert.equal(walk.handedOut, false);
    assert.deepEqual(takeAll(walk)[0], [20, 30]);
    assert.equal(walk.handedOut, true);
  });

  it('goes on in another run where it stood', () => {
    const walk = new Walk(grid);
    walk.take();
    walk.take();
    walk.giveBack({ from: 50, to: 60 });
    const later = new Walk(grid, JSON.parse(JSON.stringify(walk.position())));
    assert.deepEqual(takeAll(later), [
      [50, 60],
      [60, 90],
      [90, 105],
    ]);
  });

  it('begins at the first number again for another pass', () => {
    const walk = new Walk(grid);
    takeAll(walk);
    walk.begin(2);
    assert.deepEqual([walk.pass, walk.take()], [2, { from: 0, to: 30 }]);
    assert.equal(walk.finished, false);
  });
});
