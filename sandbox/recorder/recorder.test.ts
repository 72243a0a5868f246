import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReadings } from './readings.ts';
import { campaignOf, recipientHash } from './recorder.ts';

test('the campaign is the part of a delivery before its channel', () => {
  assert.equal(campaignOf('0192f3aa-0000-7000-8000-000000000001.w.12'), '0192f3aa-0000-7000-8000-000000000001');
  assert.equal(campaignOf(''), undefined);
  assert.equal(campaignOf('challenge'), undefined);
});

test('a recipient is recognised without being named', () => {
  assert.equal(recipientHash('919800000001'), recipientHash('919800000001'));
  assert.notEqual(recipientHash('919800000001'), recipientHash('919800000002'));
  assert.doesNotMatch(recipientHash('919800000001'), /9198/);
});

test('a phone shows the newest message, and the phones that were silent longest are forgotten', () => {
  const readings = createReadings(2);
  const show = (phone: string, text: string) => readings.show(phone, { atMs: 0, text, providerId: 'x' });
  show('1', 'a');
  show('2', 'b');
  show('1', 'c');
  show('3', 'd');
  assert.equal(readings.last('1')?.text, 'c');
  assert.equal(readings.last('2'), undefined);
  assert.equal(readings.last('3')?.text, 'd');
});
