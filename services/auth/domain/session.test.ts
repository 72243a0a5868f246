import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aSession } from '../test/samples.ts';
import { assertLive, expiryOf, isLive, judgeRefresh, shortUserAgent } from './session.ts';

const day = 24 * 3_600_000;
const at = (start: Date, ms: number) => new Date(start.getTime() + ms);

describe('a session', () => {
  const session = aSession();
  const { createdAt } = session;

  it('ends after thirty days in which it is not used', () => {
    assert.equal(isLive(session, at(createdAt, 30 * day - 1)), true);
    assert.equal(isLive(session, at(createdAt, 30 * day)), false);
  });

  it('ends after ninety days however much it is used', () => {
    const used = aSession({ lastSeenAt: at(createdAt, 89 * day) });
    assert.deepEqual(expiryOf(used), at(createdAt, 90 * day));
    assert.equal(isLive(used, at(createdAt, 90 * day - 1)), true);
    assert.equal(isLive(used, at(createdAt, 90 * day)), false);
  });

  it('ends when it is ended', () => {
    assert.equal(isLive(aSession({ endedAt: createdAt }), createdAt), false);
    assert.throws(() => assertLive(undefined, createdAt), { code: 'unauthenticated', reason: 'SESSION_ENDED' });
  });
});

describe('a refresh token', () => {
  const session = aSession({ counter: 5 });
  const rotated = session.rotatedAt;

  it('is rotated while it is the newest, however old', () => {
    assert.equal(judgeRefresh(session, 5, at(rotated, 20 * day)), 'rotate');
  });

  it('gets the same answer again for ten seconds after it was rotated', () => {
    assert.equal(judgeRefresh(session, 4, at(rotated, 0)), 'repeat');
    assert.equal(judgeRefresh(session, 4, at(rotated, 10_000)), 'repeat');
    assert.equal(judgeRefresh(session, 4, at(rotated, 10_001)), 'reuse');
  });

  it('is reused when it is older than that, or comes from a future that was never reached', () => {
    for (const counter of [0, 3, 6]) assert.equal(judgeRefresh(session, counter, rotated), 'reuse');
  });
});

it('a user agent is cut without breaking a character', () => {
  assert.equal(shortUserAgent(undefined), '');
  const cut = shortUserAgent('📱'.repeat(300));
  assert.equal(cut, '📱'.repeat(200));
  assert.equal(shortUserAgent('a\ud83d').isWellFormed(), true);
});
