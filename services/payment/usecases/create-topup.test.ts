import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import { topupState } from '../domain/topup.ts';
import { fakeBooks } from '../test/fake-books.ts';
import { createTopup } from './create-topup.ts';

const owner = { userId: 'owner', admin: false };
const shop = {
  shopId: 'shop-1',
  ownerId: owner.userId,
  approved: true,
  name: 'Asha Stores',
  pincode: '560034',
  state: 'Karnataka',
  gstin: '',
  address: '1st Main Road',
};
const input = { shopId: shop.shopId, requestId: 'r1', amount: paise(5_000_00) };

/** A payment gateway that remembers its orders, and can lose its answer after it made one. */
function fakeGateway() {
  const orders: { id: string; receipt: string; amount: number }[] = [];
  const script = { loseNextAnswer: false, down: false };
  const refuse = () => new DomainError('unavailable', 'GATEWAY_UNAVAILABLE', 'try again');
  return {
    orders,
    script,
    async createOrder(order: { receipt: string; amount: number }) {
      if (script.down) throw refuse();
      const made = { id: `order_${orders.length + 1}`, ...order };
      orders.push(made);
      if (script.loseNextAnswer) {
        script.loseNextAnswer = false;
        throw refuse();
      }
      return made;
    },
    createCustomer: async () => ({ id: 'cust_1' }),
    findOrderByReceipt: async (receipt: string) => orders.find((order) => order.receipt === receipt),
  };
}

const setUp = (changes: Partial<typeof shop> = {}) => {
  const fake = fakeBooks();
  const gateway = fakeGateway();
  let ids = 0;
  const deps = {
    books: fake.books,
    gateway,
    inTransaction: fake.inTransaction,
    shopAccess: async () => ({ ...shop, ...changes }),
    newId: () => `topup-${++ids}`,
    now: () => new Date('2026-11-23T06:00:00Z'),
  };
  return { ...fake, gateway, create: (actor = owner, asked = input) => createTopup(deps, actor, asked) };
};

describe('createTopup', () => {
  it('opens a top-up with its order at the gateway, and a wallet for the money', async () => {
    const { create, gateway, wallets } = setUp();
    const topup = await create();
    assert.equal(topup.orderId, 'order_1');
    assert.equal(topup.placeOfSupply, '29');
    assert.deepEqual(topup.expiresAt, new Date('2026-11-23T06:30:00Z'));
    assert.deepEqual(gateway.orders, [{ id: 'order_1', receipt: topup.id, amount: 5_000_00 }]);
    assert.ok(wallets.has(shop.shopId));
  });

  it('answers a repeated request id with the first top-up and places no second order', async () => {
    const { create, gateway, events } = setUp();
    const first = await create();
    assert.deepEqual(await create(), first);
    assert.equal(gateway.orders.length, 1);
    const payload = { topupId: first.id, shopId: shop.shopId, expireAt: first.expiresAt.getTime() };
    assert.deepEqual(events, [{ topic: 'topup.opened', key: first.id, payload }], 'announced once');
  });

  it('finds the order again whose answer was lost', async () => {
    const { create, gateway } = setUp();
    gateway.script.loseNextAnswer = true;
    await assert.rejects(create(), { reason: 'GATEWAY_UNAVAILABLE' });
    assert.equal((await create()).orderId, 'order_1');
    assert.equal(gateway.orders.length, 1);
  });

  it('places the order later that the gateway could not take the first time', async () => {
    const { create, gateway, topups } = setUp();
    gateway.script.down = true;
    await assert.rejects(create(), { reason: 'GATEWAY_UNAVAILABLE' });
    gateway.script.down = false;
    assert.equal((await create()).orderId, 'order_1');
    assert.equal(topups.size, 1);
  });

  it('ends the checkout that is open, since a wallet has one at a time', async () => {
    const { create, topups } = setUp();
    const first = await create();
    const second = await create(owner, { ...input, requestId: 'r2' });
    const at = new Date('2026-11-23T06:00:00Z');
    assert.deepEqual(
      [first, second].map(({ id }) => topupState(topups.get(id) ?? first, at)),
      ['expired', 'open'],
    );
    await create();
    assert.equal(topupState(topups.get(second.id) ?? second, at), 'open', 'repeating the first call opens nothing');
  });

  it('refuses a request id that comes back with another amount', async () => {
    const { create } = setUp();
    await create();
    await assert.rejects(create(owner, { ...input, amount: paise(1_000_00) }), { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('does not tell a stranger that the shop exists', async () => {
    const { create, gateway } = setUp();
    await assert.rejects(create({ userId: 'stranger', admin: false }), { code: 'not_found', reason: 'SHOP_NOT_FOUND' });
    assert.equal(gateway.orders.length, 0);
  });

  it('takes no money for a shop that is not approved', async () => {
    const { create, gateway } = setUp({ approved: false });
    await assert.rejects(create(), { reason: 'SHOP_NOT_APPROVED' });
    assert.equal(gateway.orders.length, 0);
  });
});
