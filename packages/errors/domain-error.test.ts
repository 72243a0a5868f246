import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainError } from './index.ts';

test('a refusal carries its code, its reason and a message for a person', () => {
  const error = new DomainError('not_found', 'OFFER_NOT_FOUND', 'this offer does not exist any more');
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'DomainError');
  assert.equal(error.code, 'not_found');
  assert.equal(error.reason, 'OFFER_NOT_FOUND');
  assert.equal(error.message, 'this offer does not exist any more');
});

test('a refusal without details has empty ones, so that nobody needs to check for undefined', () => {
  const error = new DomainError('aborted', 'ETAG_MISMATCH', 'somebody else changed this; load it again');
  assert.deepEqual(error.info, {});
  assert.deepEqual(error.fields, []);
  assert.equal(error.retryAfterSeconds, undefined);
});

test('a refusal keeps facts, fields and the time to wait', () => {
  const field = { field: 'offer.pincodes[1]', description: 'must have 6 digits', reason: 'string.pattern' };
  const error = new DomainError('resource_exhausted', 'OTP_LIMIT', 'wait a minute before asking for another code', {
    info: { limit: '3' },
    fields: [field],
    retryAfterSeconds: 60,
  });
  assert.deepEqual(error.info, { limit: '3' });
  assert.deepEqual(error.fields, [field]);
  assert.equal(error.retryAfterSeconds, 60);
});

test('the cause stays reachable, and is absent rather than undefined when none was given', () => {
  const cause = new Error('ER_DUP_ENTRY');
  assert.equal(new DomainError('already_exists', 'SHOP_EXISTS', 'this shop exists', { cause }).cause, cause);
  assert.ok(!('cause' in new DomainError('already_exists', 'SHOP_EXISTS', 'this shop exists')));
});
