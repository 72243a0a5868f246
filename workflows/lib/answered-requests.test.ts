import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnsweredRequests } from './answered-requests.ts';

describe('answered requests', () => {
  it('gives a repeated request the first answer without doing the work again', async () => {
    const requests = new AnsweredRequests<number>();
    let done = 0;
    const work = () => ++done;
    assert.equal(await requests.answer('r1', work), 1);
    assert.equal(await requests.answer('r1', work), 1);
    assert.equal(await requests.answer('r2', work), 2);
  });

  it('does the work once for two requests with one id at the same time', async () => {
    const requests = new AnsweredRequests<string>();
    const { promise, resolve } = Promise.withResolvers<string>();
    let done = 0;
    const work = () => {
      done += 1;
      return promise;
    };
    const answers = Promise.all([requests.answer('r1', work), requests.answer('r1', work)]);
    assert.ok(requests.knows('r1'), 'known while it is open, so that a validator lets it pass');
    resolve('paused');
    assert.deepEqual(await answers, ['paused', 'paused']);
    assert.equal(done, 1);
  });

  it('remembers an answer that is nothing', async () => {
    const requests = new AnsweredRequests<undefined>();
    let done = 0;
    const work = () => void (done += 1);
    await requests.answer('r1', work);
    await requests.answer('r1', work);
    assert.equal(done, 1);
  });

  it('forgets a failure, so that the same request can be tried again', async () => {
    const requests = new AnsweredRequests<string>();
    await assert.rejects(
      requests.answer('r1', () => Promise.reject(new Error('down'))),
      /down/,
    );
    assert.equal(requests.knows('r1'), false);
    assert.equal(await requests.answer('r1', () => 'ok'), 'ok');
  });

  it('lets the next run give the same answer', async () => {
    const first = new AnsweredRequests<{ count: number }>();
    await first.answer('r1', () => ({ count: 7 }));
    const carried = JSON.parse(JSON.stringify(first.carry()));
    const next = new AnsweredRequests<{ count: number }>(carried);
    assert.deepEqual(await next.answer('r1', () => assert.fail('was answered before')), { count: 7 });
  });

  it('carries the last fifty', async () => {
    const requests = new AnsweredRequests<number>();
    for (let n = 1; n <= 70; n++) await requests.answer(`r${n}`, () => n);
    const carried = requests.carry();
    assert.deepEqual([carried.length, carried[0], carried.at(-1)], [50, ['r21', 21], ['r70', 70]]);
    assert.equal(requests.knows('r20'), false);
  });
});
