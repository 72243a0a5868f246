import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { eventually, testServers } from '@doffers/testkit';
import { createStorage } from './index.ts';

const { s3: server } = testServers();
const bucket = `t-storage-${randomBytes(4).toString('hex')}`;
const storage = createStorage({ ...server, bucket });
const pdf = Buffer.from('%PDF-1.7 an invoice');
const sha256 = createHash('sha256').update(pdf).digest('hex');

// What the package does not offer on purpose: looking at an object's metadata, spoiling it, removing the bucket.
const raw = new S3Client({ ...server, credentials: server, forcePathStyle: true });
const used: string[] = [];
const newKey = () => {
  const key = `invoices/${randomUUID()}.pdf`;
  used.push(key);
  return key;
};

describe('storage', () => {
  before(() => storage.ensureBucket());
  after(async () => {
    for (const Key of used) await raw.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    await raw.send(new DeleteBucketCommand({ Bucket: bucket }));
    raw.destroy();
    storage.close();
  });

  it('makes its bucket once, however many ask', async () => {
    await Promise.all([storage.ensureBucket(), storage.ensureBucket(), storage.ensureBucket()]);
  });

  it('gives back what was stored, byte for byte, with its type and hash', async () => {
    const key = newKey();
    assert.deepEqual(await storage.put(key, pdf, { contentType: 'application/pdf' }), { sha256 });
    const found = await storage.get(key);
    assert.deepEqual(Buffer.from(found.body), pdf);
    assert.equal(found.contentType, 'application/pdf');
    assert.equal(found.sha256, sha256);
  });

  it('keeps the hash as metadata', async () => {
    const key = newKey();
    await storage.put(key, pdf, { contentType: 'application/pdf' });
    const head = await raw.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    assert.equal(head.Metadata?.sha256, sha256);
  });

  it('notices an object that is not what was stored', async () => {
    const Key = newKey();
    await raw.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from('spoiled'), Metadata: { sha256 } }));
    await assert.rejects(storage.get(Key), /not what was stored/);
  });

  it('says so when there is no such object', async () => {
    await assert.rejects(storage.get('invoices/none.pdf'), { code: 'not_found', reason: 'OBJECT_NOT_FOUND' });
  });

  it('is private: without a signature nobody reads, lists or writes', async () => {
    const key = newKey();
    await storage.put(key, pdf, { contentType: 'application/pdf' });
    const read = await fetch(`${server.endpoint}/${bucket}/${key}`);
    const list = await fetch(`${server.endpoint}/${bucket}/`);
    const write = await fetch(`${server.endpoint}/${bucket}/${newKey()}`, { method: 'PUT', body: 'x' });
    assert.deepEqual([read.status, list.status, write.status], [403, 403, 403]);
  });

  it('lets anybody read one object by a presigned URL, and only that one', async () => {
    const [key, other] = [newKey(), newKey()];
    await storage.put(key, pdf, { contentType: 'application/pdf' });
    await storage.put(other, pdf, { contentType: 'application/pdf' });
    const url = await storage.presignGet(key);
    const answer = await fetch(url);
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), pdf);
    assert.equal((await fetch(url.replace(key, other))).status, 403);
  });

  it('presigns for fifteen minutes unless told otherwise, and without a checksum', async () => {
    const url = new URL(await storage.presignGet('a.pdf'));
    assert.equal(url.searchParams.get('X-Amz-Expires'), '900');
    assert.equal(new URL(await storage.presignGet('a.pdf', 60)).searchParams.get('X-Amz-Expires'), '60');
    for (const presigned of [url, new URL(await storage.presignPut('a.pdf', { contentType: 'image/png' }))]) {
      const names = [...presigned.searchParams.keys()].join(' ').toLowerCase();
      assert.doesNotMatch(names, /checksum|crc32/);
    }
  });

  it('refuses a presigned URL whose time is over', async () => {
    const key = newKey();
    await storage.put(key, pdf, { contentType: 'application/pdf' });
    const url = await storage.presignGet(key, 2);
    assert.equal((await fetch(url)).status, 200);
    await eventually(async () => assert.equal((await fetch(url)).status, 403), { everyMs: 250 });
  });

  it('takes an upload by a presigned URL with the content type it was made for, and no other', async () => {
    const key = newKey();
    const url = await storage.presignPut(key, { contentType: 'image/png' });
    const upload = (type: string) => fetch(url, { method: 'PUT', body: pdf, headers: { 'content-type': type } });
    assert.equal((await upload('text/html')).status, 403);
    assert.equal((await upload('image/png')).status, 200);
    assert.equal((await storage.get(key)).contentType, 'image/png');
  });
});
