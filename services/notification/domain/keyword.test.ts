import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keywordIn } from './keyword.ts';

describe('a keyword', () => {
  it('is a message of its own, however it is written', () => {
    for (const text of ['STOP', ' stop. ', 'Stop!!', 'UNSUBSCRIBE', 'opt-out', 'बंद करो', 'বন্ধ করুন']) {
      assert.equal(keywordIn(text), 'stop', text);
    }
    for (const text of ['start', 'START 🙂', 'शुरू करें']) assert.equal(keywordIn(text), 'start', text);
  });

  it('is not found inside a sentence', () => {
    for (const text of ['', 'Please stop by our shop', 'do you start at 9?', 'stopp', '👍']) {
      assert.equal(keywordIn(text), undefined, text);
    }
  });
});
