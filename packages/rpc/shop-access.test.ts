import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '@bufbuild/protobuf';
import { DomainError } from '@doffers/errors';
import { Shop_Approval, ShopAccessSchema } from '@doffers/proto/user/v1/shop_service';
import { createShopAccess, currentCall, runInCall } from './index.ts';

/** A user service that counts what it is asked. */
function fakeShops() {
  const state = {
    calls: [] as string[],
    approval: Shop_Approval.APPROVED as Shop_Approval,
    asked: [] as unknown[],
  };
  const read = createShopAccess({
    async getShopAccess({ shopId = '' }) {
      state.calls.push(shopId);
      const call = currentCall();
      state.asked.push({ requestId: call?.requestId, aborted: call?.signal.aborted });
      if (shopId === 'missing') throw new DomainError('not_found', 'SHOP_NOT_FOUND', 'there is no such shop');
      return create(ShopAccessSchema, {
        shopId,
        ownerId: `owner of ${shopId}`,
        approval: state.approval,
        name: 'Asha Stores',
      });
    },
  });
  return { state, read };
}

test('answers owner and approval of a shop', async () => {
  const { state, read } = fakeShops();
  const shop = await read('s-1');
  assert.deepEqual([shop.shopId, shop.ownerId, shop.approved, shop.name], ['s-1', 'owner of s-1', true, 'Asha Stores']);
  state.approval = Shop_Approval.SUSPENDED;
  assert.equal((await read('s-2')).approved, false);
});

test('asks once for a shop within two seconds, then again', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 0 });
  const { state, read } = fakeShops();
  await read('s-1');
  t.mock.timers.tick(1_999);
  await read('s-1');
  assert.equal(state.calls.length, 1);
  state.approval = Shop_Approval.SUSPENDED;
  t.mock.timers.tick(2);
  assert.equal((await read('s-1')).approved, false);
  assert.equal(state.calls.length, 2);
});

test('remembers no shop that waits for approval, since the next call may follow on it', async () => {
  const { state, read } = fakeShops();
  state.approval = Shop_Approval.PENDING;
  assert.equal((await read('s-1')).approved, false);
  state.approval = Shop_Approval.APPROVED;
  assert.equal((await read('s-1')).approved, true);
  await read('s-1');
  assert.equal(state.calls.length, 2);
});

test('callers that ask at the same time share one call; each shop has its own', async () => {
  const { state, read } = fakeShops();
  await Promise.all([read('s-1'), read('s-1'), read('s-2'), read('s-1')]);
  assert.deepEqual(state.calls, ['s-1', 's-2']);
});

test('a failure reaches everybody who waits and is not remembered', async () => {
  const { state, read } = fakeShops();
  const failures = await Promise.allSettled([read('missing'), read('missing')]);
  for (const failure of failures) {
    assert.ok(failure.status === 'rejected' && failure.reason instanceof DomainError);
    assert.equal(failure.reason.reason, 'SHOP_NOT_FOUND');
  }
  await assert.rejects(read('missing'));
  assert.equal(state.calls.length, 2);
});

test('the shared call carries the request id of who asked first, but not its cancellation', async () => {
  const { state, read } = fakeShops();
  const signal = AbortSignal.abort();
  await runInCall({ requestId: 'r-1', signal }, () => read('s-1'));
  assert.deepEqual(state.asked, [{ requestId: 'r-1', aborted: false }]);
});

test('remembers a bounded number of shops and forgets the oldest', async () => {
  const { state, read } = fakeShops();
  await read('first');
  for (let i = 0; i < 5_000; i++) await read(`s-${i}`);
  state.calls.length = 0;
  await read('s-4999');
  await read('first');
  assert.deepEqual(state.calls, ['first']);
});
