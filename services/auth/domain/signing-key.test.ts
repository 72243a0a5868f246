import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KeyStanding, rotationStep } from './signing-key.ts';

const start = new Date('2026-11-01T00:00:00Z');
const after = (ms: number) => new Date(start.getTime() + ms);
const minute = 60_000;
const day = 24 * 60 * minute;

const key = (id: string, state: KeyStanding['state'], changes: Partial<KeyStanding> = {}): KeyStanding => ({
  id,
  state,
  createdAt: start,
  promotedAt: state === 'next' ? undefined : start,
  retiredAt: state === 'previous' ? start : undefined,
  ...changes,
});
const step = (keys: readonly KeyStanding[], now: Date, atOnce = false) => rotationStep(keys, { now, atOnce });

describe('a step of the key rotation', () => {
  const current = key('c', 'current');
  const next = key('n', 'next');

  it('publishes a key that will follow', () => {
    assert.deepEqual(step([current], start), { create: true, promote: undefined, forget: [] });
  });

  it('does nothing while the current key is young', () => {
    assert.deepEqual(step([current, next], after(30 * day - 1)), { create: false, promote: undefined, forget: [] });
  });

  it('lets the next key follow after thirty days, and publishes another', () => {
    assert.deepEqual(step([current, next], after(30 * day)), { create: true, promote: 'n', forget: [] });
  });

  it('lets a key sign only when it was published for twenty minutes, also in a hurry', () => {
    assert.equal(step([current, next], after(20 * minute - 1), true).promote, undefined);
    assert.equal(step([current, next], after(20 * minute), true).promote, 'n');
    const fresh = key('n', 'next', { createdAt: after(30 * day) });
    assert.equal(step([current, fresh], after(30 * day)).promote, undefined);
  });

  it('forgets a key when the last token it signed has expired, and not before', () => {
    const previous = key('p', 'previous');
    assert.deepEqual(step([current, next, previous], after(7 * day + minute)).forget, []);
    assert.deepEqual(step([current, next, previous], after(7 * day + minute + 1)).forget, ['p']);
  });
});
