import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger } from './logger.ts';
import { createShutdown } from './run-process.ts';

const log = createLogger({ name: 'test', destination: { write: () => undefined } });

describe('a shutdown', () => {
  it('stops what was started last first, one after the other', async () => {
    const order: string[] = [];
    const shutdown = createShutdown(log);
    shutdown.onStop('database', () => void order.push('database'));
    shutdown.onStop('server', async () => {
      await new Promise(setImmediate);
      order.push('server');
    });
    assert.equal(await shutdown.run(), true);
    assert.deepEqual(order, ['server', 'database']);
  });

  it('stops the others when one fails, and says that it was not clean', async () => {
    const order: string[] = [];
    const shutdown = createShutdown(log);
    shutdown.onStop('database', () => void order.push('database'));
    shutdown.onStop('server', () => Promise.reject(new Error('stuck')));
    assert.equal(await shutdown.run(), false);
    assert.deepEqual(order, ['database']);
  });

  it('ends every wait of the start-up first', async () => {
    const shutdown = createShutdown(log);
    shutdown.onStop('check', () => assert.ok(shutdown.signal.aborted));
    assert.ok(!shutdown.signal.aborted);
    assert.equal(await shutdown.run(), true);
  });
});
