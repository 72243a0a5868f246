import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainError } from '@doffers/errors';
import { FailRequest_Style, FaultService } from '@doffers/proto/fault/v1/fault_service';
import { accessOf, UpstreamError } from './index.ts';
import { failureOf, startLoopback } from './test/loopback.ts';

test('fails with every status that a use case can answer with', async () => {
  await using loopback = await startLoopback();
  const client = loopback.client({ retry: 'never' });
  for (const code of [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16]) {
    const error = await failureOf(client.fail({ code }));
    assert.ok(error instanceof DomainError, String(code));
    assert.equal(error.reason, error.code.toUpperCase());
  }
});

test('the statuses of bugs, and a bug, keep their text inside', async () => {
  await using loopback = await startLoopback();
  const client = loopback.client();
  for (const request of [{ code: 2 }, { code: 13 }, { code: 15 }, { code: 5, style: FailRequest_Style.BUG }]) {
    const error = await failureOf(client.fail(request));
    assert.ok(error instanceof UpstreamError);
    assert.ok(!error.message.includes('secret'));
  }
});

test('echoes the text and no credentials', async () => {
  await using loopback = await startLoopback();
  const metadata = { 'x-request-id': 'r-1', 'x-user-id': 'u-1' };
  const { text, metadata: seen } = await loopback.client().echo({ text: 'नमस्ते' }, { metadata });
  assert.equal(text, 'नमस्ते');
  assert.equal(seen['x-request-id'], 'r-1');
  assert.equal(seen['x-user-id'], 'u-1');
  assert.ok(!Object.keys(seen).some((name) => /authorization|token/.test(name)));
});

test('is open to everybody, so it must be served on test stacks only', () => {
  for (const method of FaultService.methods) assert.deepEqual(accessOf(method), { kind: 'public' });
});
