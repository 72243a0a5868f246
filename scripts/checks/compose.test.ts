import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaintsAbout } from './compose.ts';

const redis = { image: 'redis:7' };

describe('compose file', () => {
  it('is fine with every process and no other fault', () => {
    assert.deepEqual(complaintsAbout({ services: { redis, app: { ...redis, depends_on: ['redis'] } } }, ['redis']), []);
  });

  it('is refused when it does not follow the compose specification', () => {
    assert.deepEqual(complaintsAbout({ services: { redis: { ...redis, imagine: 1 } } }, []), [
      '/services/redis must NOT have additional properties',
    ]);
  });

  it('is refused without one of the processes that the supervisor starts', () => {
    assert.deepEqual(complaintsAbout({ services: { redis } }, ['redis', 'auth']), ['the process auth is missing']);
  });

  it('is refused when a service waits for one that does not exist', () => {
    const depends_on = { mysql: { condition: 'service_healthy' } };
    assert.deepEqual(complaintsAbout({ services: { redis: { ...redis, depends_on } } }, []), [
      'redis depends on mysql, which does not exist',
    ]);
  });

  it('is refused with an image that may change overnight', () => {
    assert.equal(complaintsAbout({ services: { redis: { image: 'redis:latest' } } }, []).length, 1);
    assert.equal(complaintsAbout({ services: { redis: { image: 'redis' } } }, []).length, 1);
  });
});
