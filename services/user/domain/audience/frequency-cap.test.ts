import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFrequencyCap, parseFrequencyCap } from './frequency-cap.ts';

describe('a frequency cap', () => {
  it('is so many messages in so many days, or off', () => {
    assert.deepEqual(parseFrequencyCap('3/7d'), { messages: 3, days: 7 });
    assert.deepEqual(parseFrequencyCap('10/30d'), { messages: 10, days: 30 });
    assert.equal(parseFrequencyCap('off'), undefined);
  });

  it('is nothing else', () => {
    for (const setting of ['3/7d', '1/1d', 'off']) assert.ok(isFrequencyCap(setting), setting);
    for (const setting of ['', '0/7d', '3/0d', '3/7', '3 / 7d', '100/7d', 'OFF', '3/7d ']) {
      assert.ok(!isFrequencyCap(setting), setting);
    }
  });
});
