import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop, percentile, steadyRate } from './load.ts';
import { cpuMicros, parseCpu } from './process-cpu.ts';

test('a closed loop sends each request once and never more at a time than asked', async () => {
  let [sent, now, most] = [0, 0, 0];
  const { requests, failures, latenciesMs } = await closedLoop(
    async () => {
      sent += 1;
      most = Math.max(most, ++now);
      await sleep(1);
      now -= 1;
    },
    50,
    4,
  );
  assert.deepEqual({ sent, most, requests, failures }, { sent: 50, most: 4, requests: 50, failures: 0 });
  assert.equal(latenciesMs.length, 50);
});

test('failures are counted, kept out of the latencies, and the first is named', async () => {
  let sent = 0;
  const measured = await closedLoop(
    async () => {
      if (++sent % 2 === 0) throw new Error(`answer ${sent}`);
    },
    10,
    1,
  );
  assert.deepEqual([measured.requests, measured.failures, measured.latenciesMs.length], [10, 5, 5]);
  assert.match(String(measured.failure), /answer 2/);
});

test('a steady rate goes on while the server pauses, and counts the wait of the requests held up', async () => {
  let release = (): void => undefined;
  const pause = new Promise<void>((resolve) => (release = resolve));
  let sent = 0;
  const measured = await steadyRate(
    async () => {
      sent += 1;
      if (sent === 20) release();
      await pause;
    },
    20,
    1_000,
  );
  assert.equal(sent, 20);
  const [first = 0, last = 0] = [measured.latenciesMs[0], measured.latenciesMs.at(-1)];
  assert.ok(first > last, `the first waited ${first} ms, the last ${last} ms`);
});

test('percentiles are values that occurred', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile([7], 0.99), 7);
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

test('reads user and system time, whatever the process is called', () => {
  const rest = 'S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 11 0';
  assert.equal(parseCpu(`4711 (a ) b) ${rest}`), 2_000_000);
  assert.equal(parseCpu('nonsense'), undefined);
});

test('knows the time of a running process and of no other', () => {
  assert.equal(typeof cpuMicros(process.pid), 'number');
  assert.equal(cpuMicros(2 ** 30), undefined);
});
