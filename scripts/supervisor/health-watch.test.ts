import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type WatchTimes, waitUntilReady, watchHealth } from './health-watch.ts';

const times: WatchTimes = {
  startLookEveryMs: 1,
  startWithinMs: 50,
  startAtMostMs: 2_000,
  lookEveryMs: 1,
  answerWithinMs: 20,
  missesAllowed: 3,
};
const fails = async () => {
  throw new Error('away');
};
const never = () => new Promise<void>(() => undefined);

/** A probe that answers as the list says, and well once the list is used up. */
function answering(...answers: readonly boolean[]) {
  const left = [...answers];
  return async () => {
    if (left.shift() === false) throw new Error('away');
  };
}

describe('waiting until a process is ready', () => {
  it('asks until it is', async () => {
    const patient = { ...times, startWithinMs: 60_000, startAtMostMs: 60_000 };
    await waitUntilReady({ ready: answering(false, false) }, new AbortController().signal, patient);
  });

  it('gives up with the last complaint', async () => {
    await assert.rejects(
      waitUntilReady({ ready: fails }, new AbortController().signal, times),
      /not ready after [\d.]+ s: away/,
    );
  });

  it('gives up on a process that takes the question and never answers', async () => {
    await assert.rejects(waitUntilReady({ ready: never }, new AbortController().signal, times), /not ready/);
  });

  it('gives one that is alive more time, but not for ever', async () => {
    const began = Date.now();
    const late = async () => {
      if (Date.now() - began < 2 * times.startWithinMs) throw new Error('migrating');
    };
    const alive = async () => undefined;
    await waitUntilReady({ ready: late, alive }, new AbortController().signal, times);
    await assert.rejects(waitUntilReady({ ready: fails, alive }, new AbortController().signal, times), /not ready/);
  });

  it('ends when the process has ended', async () => {
    await assert.rejects(waitUntilReady({ ready: fails }, AbortSignal.abort(new Error('it ended')), times), /it ended/);
  });
});

/** How a watch ends that the test ends and not the process. */
const stillWatched = { name: 'AbortError' };

describe('watching a process', () => {
  async function watch(ready: () => Promise<void>, alive?: () => Promise<void>, stopAfter = 100) {
    const states: string[] = [];
    const stop = new AbortController();
    const onState = (state: string) => {
      states.push(state);
      if (states.length >= stopAfter) stop.abort();
    };
    await watchHealth({ ready, ...(alive && { alive }) }, stop.signal, { times, onState });
    return states;
  }

  it('ends when it does not answer several times in a row', async () => {
    assert.deepEqual(await watch(fails), ['not answering', 'not answering', 'not answering']);
  });

  it('forgets a missed answer once there is another', async () => {
    const ready = answering(false, false, true, false, false);
    await assert.rejects(watch(ready, undefined, 6), stillWatched);
  });

  it('never ends for a process that lives and waits for another', async () => {
    await assert.rejects(
      watch(fails, async () => undefined, 5),
      stillWatched,
    );
  });

  it('ends for one that hangs altogether', async () => {
    assert.deepEqual(await watch(never, never), ['not answering', 'not answering', 'not answering']);
  });
});
