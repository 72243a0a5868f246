import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSettings, defaultSettings } from './settings.ts';

test('a change keeps everything that it does not name', () => {
  const settings = createSettings();
  const changed = settings.patch({ whatsapp: { ratePerSecond: { '1': 80 }, receipts: { readShare: 0 } } });
  assert.deepEqual(changed.whatsapp.ratePerSecond, { default: 1000, '1': 80 });
  assert.equal(changed.whatsapp.receipts.readShare, 0);
  assert.equal(changed.whatsapp.receipts.sentMs, defaultSettings.whatsapp.receipts.sentMs);
  assert.deepEqual(settings.reset(), defaultSettings);
});

test('an unknown name or an impossible value changes nothing', () => {
  const settings = createSettings();
  for (const change of [{ whatsap: {} }, { latencyMs: { whatsapp: -1 } }, { latencyMs: { telegram: 1 } }, { sms: 3 }]) {
    assert.throws(() => settings.patch(change));
  }
  assert.deepEqual(settings.get(), defaultSettings);
});
