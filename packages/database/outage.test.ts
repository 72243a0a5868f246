import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { QueryFailedError } from 'typeorm';
import { asOutage } from './outage.ts';

const driverError = (fields: object) => Object.assign(new Error('x'), fields);
const refusalOf = (error: unknown) => {
  const refusal = asOutage(error);
  assert.ok(refusal instanceof DomainError);
  assert.equal(refusal.cause, error);
  return [refusal.code, refusal.reason];
};

describe('an outage', () => {
  it('is a server that is away, with or without a statement under way', () => {
    const lost = driverError({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
    assert.deepEqual(refusalOf(lost), ['unavailable', 'DATABASE_UNAVAILABLE']);
    assert.deepEqual(refusalOf(new QueryFailedError('SELECT 1', [], lost)), ['unavailable', 'DATABASE_UNAVAILABLE']);
  });

  it('is a lock that others kept too long or a deadlock that was lost too often', () => {
    for (const errno of [1205, 1213]) {
      const error = new QueryFailedError('UPDATE x', [], driverError({ errno, sqlState: '40001' }));
      assert.deepEqual(refusalOf(error), ['aborted', 'CONCURRENT_CHANGE']);
    }
  });

  it('is a queue for connections that is full', () => {
    assert.deepEqual(refusalOf(new Error('Queue limit reached.')), ['unavailable', 'OVERLOADED']);
  });

  it('is no wrong statement, no refusal and no bug', () => {
    const wrong = new QueryFailedError('SELEC', [], driverError({ errno: 1064, sqlState: '42000' }));
    const refusal = new DomainError('not_found', 'SHOP_NOT_FOUND', 'there is no such shop');
    for (const error of [wrong, refusal, new TypeError('x'), undefined, 'text']) assert.equal(asOutage(error), error);
  });
});
