import assert from 'node:assert/strict';
import { it } from 'node:test';
import { billKey } from './bill-key.ts';

it('keeps a bill under its key, or, when that is too long for the ledger, under a part and a hash of it', () => {
  const short = 'subscription/s/cycle/2';
  assert.equal(billKey(short), short);
  const [one = '', other = ''] = ['a', 'b'].map((end) => billKey(`${short}/change/${'x'.repeat(200)}${end}`));
  assert.notEqual(one, other);
  assert.match(one, /^subscription\/s\/cycle\/2\/change\/x+#[0-9a-f]{64}$/);
  assert.ok(`${one}/try/999`.length <= 160, 'the longest key that the ledger is given');
});
