import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createReceiptSchedule } from './receipt-schedule.ts';
import type { Receipt } from './receipts.ts';

const setUp = (context: TestContext) => {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000 });
  const delivered: string[] = [];
  const schedule = createReceiptSchedule((due) => delivered.push(...due.map(({ wamid }) => wamid)));
  const add = (wamid: string, atMs: number) => schedule.add([{ wamid, atMs } as Receipt]);
  return { schedule, delivered, add, pass: (ms: number) => context.mock.timers.tick(ms) };
};

test('a receipt comes when it is due, never before, and within a tick', (context) => {
  const { delivered, add, pass } = setUp(context);
  add('a', 1_100);
  for (let ms = 0; ms < 99; ms++) pass(1);
  assert.deepEqual(delivered, []);
  for (let ms = 0; ms < 21; ms++) pass(1);
  assert.deepEqual(delivered, ['a']);
});

test('receipts come in the order of their times, not of their arrival', (context) => {
  const { delivered, add, pass } = setUp(context);
  add('late', 1_300);
  add('soon', 1_050);
  add('overdue', 900);
  for (let ms = 0; ms < 400; ms++) pass(1);
  assert.deepEqual(delivered, ['overdue', 'soon', 'late']);
});

test('it rests when nothing waits, and starts again', (context) => {
  const { schedule, delivered, add, pass } = setUp(context);
  add('a', 1_010);
  for (let ms = 0; ms < 60; ms++) pass(1);
  assert.equal(schedule.waiting(), 0);
  pass(60_000);
  add('b', 61_100);
  for (let ms = 0; ms < 100; ms++) pass(1);
  assert.deepEqual(delivered, ['a', 'b']);
});

test('what is stopped is forgotten', (context) => {
  const { schedule, delivered, add, pass } = setUp(context);
  add('a', 1_010);
  schedule.stop();
  pass(1_000);
  assert.deepEqual([schedule.waiting(), delivered], [0, []]);
});
