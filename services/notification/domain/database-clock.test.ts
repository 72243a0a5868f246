import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDatabaseClock } from './database-clock.ts';

describe('the clock of the database', () => {
  it('is not taken to be behind because an answer was read late', () => {
    const clock = createDatabaseClock();
    assert.equal(clock({ writtenAtMs: 5_000, readAtMs: 5_201 }), 201);
    assert.equal(clock({ writtenAtMs: 6_000, readAtMs: 6_200.5 }), 200.5);
    assert.equal(clock({ writtenAtMs: 7_000, readAtMs: 7_900 }), 200.5);
  });

  it('is followed when one of the two was set', () => {
    const clock = createDatabaseClock();
    clock({ writtenAtMs: 5_000, readAtMs: 5_001 });
    for (let n = 0; n < 64; n += 1) clock({ writtenAtMs: 6_000, readAtMs: 66_001 });
    assert.equal(clock({ writtenAtMs: 7_000, readAtMs: 67_002 }), 60_001);
  });
});
