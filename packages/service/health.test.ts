import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runChecks } from './health.ts';

describe('the checks of a service', () => {
  it('are all asked, and each has its own state', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const states = await runChecks(
      new Map([
        ['database', async () => 1],
        ['redis', () => Promise.reject(refused)],
        ['storage', () => Promise.reject(new Error('a long text with addresses'))],
      ]),
    );
    assert.deepEqual(states, { database: 'ok', redis: 'ECONNREFUSED', storage: 'unavailable' });
  });

  it('do not wait for one that never answers', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const checking = runChecks(new Map([['stuck', () => new Promise(() => undefined)]]));
    t.mock.timers.tick(3_000);
    assert.deepEqual(await checking, { stuck: 'unavailable' });
  });
});
