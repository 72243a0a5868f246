import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyUpdateMask,
  assertEtag,
  decodePageToken,
  encodePageToken,
  etagOf,
  pageOf,
  pageQuery,
  pageSizeOf,
} from './index.ts';

describe('page tokens', () => {
  it('give back the key they were made of', () => {
    const key = { at: new Date('2026-11-23T10:00:00.123Z'), id: '0190a0b0-0000-7000-8000-000000000001' };
    assert.deepEqual(decodePageToken(encodePageToken(key)), key);
  });

  it('ask for the first page when empty', () => {
    assert.equal(decodePageToken(''), undefined);
    assert.equal(pageSizeOf(0), 20);
    assert.equal(pageSizeOf(7), 7);
  });

  it('refuse what no page gave out', () => {
    const uuid = '0190a0b0-0000-7000-8000-000000000001';
    for (const text of ['', '123', `99999999999999.${uuid}`, "1.' OR 1=1", '1.not-a-uuid', `1.${uuid}.7`]) {
      const token = text === '' ? 'x' : Buffer.from(text).toString('base64url');
      assert.throws(() => decodePageToken(token), { reason: 'PAGE_TOKEN_INVALID' });
    }
  });

  it('may carry other ids than UUIDs where a list has them', () => {
    const key = { at: new Date(0), id: '0190a0b0-0000-7000-8000-000000000001.7' };
    assert.deepEqual(decodePageToken(encodePageToken(key), /^[0-9a-f-]{36}\.\d+$/), key);
  });
});

describe('pages', () => {
  const row = (n: number) => ({ n, createdAt: new Date(n), id: `0190a0b0-0000-7000-8000-00000000000${n}` });
  const query = pageQuery({ pageSize: 2, pageToken: '' });

  it('ask for one row more than they show, and name the last one shown', () => {
    const { page, nextPageToken } = pageOf([row(3), row(2), row(1)], query);
    assert.deepEqual(page, [row(3), row(2)]);
    assert.deepEqual(decodePageToken(nextPageToken), { at: new Date(2), id: row(2).id });
  });

  it('have no next one when nothing is left, a full last page included', () => {
    assert.equal(pageOf([row(2), row(1)], query).nextPageToken, '');
    assert.equal(pageOf([], query).nextPageToken, '');
  });
});

describe('etags', () => {
  it('let the current version and the careless pass', () => {
    assertEtag(3, etagOf(3));
    assertEtag(3, '');
  });

  it('refuse an older version', () => {
    assert.throws(() => assertEtag(3, etagOf(2)), { reason: 'ETAG_MISMATCH', code: 'aborted' });
  });
});

describe('update masks', () => {
  const fields = { name: 'name', min_bill: 'minBill' } as const;
  const current = { name: 'old', minBill: 1, owner: 'me' };
  const patch = { name: 'new', minBill: 2, owner: 'thief' };

  it('change what they name and nothing else', () => {
    assert.deepEqual(applyUpdateMask(current, patch, ['min_bill'], fields), { ...current, minBill: 2 });
  });

  it('refuse read-only, unknown and inherited names', () => {
    for (const path of ['owner', 'constructor', '']) {
      assert.throws(() => applyUpdateMask(current, patch, [path], fields), { reason: 'UPDATE_MASK_INVALID' });
    }
  });

  it('name fields in their refusals as a JSON client writes them', () => {
    assert.throws(() => applyUpdateMask(current, patch, ['owner_id'], fields), {
      message: 'ownerId cannot be changed; allowed: name, minBill',
    });
  });

  it('refuse an empty mask, which would change nothing silently', () => {
    assert.throws(() => applyUpdateMask(current, patch, [], fields), { reason: 'UPDATE_MASK_INVALID' });
  });
});
