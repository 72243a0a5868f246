import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, idToBytes, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import type { GatewayPayment } from '../clients/razorpay.ts';
import { askAgainMs, coolOffMs } from '../domain/auto-topup.ts';
import { renewalBill } from '../domain/bill.ts';
import { createBooks } from '../repositories/books.ts';
import { aShopAccess, holdDeps, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { aSubscription } from '../test/subscriptions.ts';
import { chargeAutoTopup } from './charge-auto-topup.ts';
import { closeAutoTopup } from './close-auto-topup.ts';
import { createTopup } from './create-topup.ts';
import { deleteRevokedTokens } from './delete-revoked-tokens.ts';
import { revokeMandate } from './revoke-mandate.ts';
import { startAutoTopups } from './start-auto-topups.ts';
import { syncTopup } from './sync-topup.ts';
import { getWalletSettings, setWalletSettings } from './wallet-settings.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
const autoTopup = { below: paise(500_00), amount: paise(2_000_00) };

/** A gateway that keeps orders, payments and mandates; it can lose an answer or a request, decline, take its time, or be away. */
function fakeGateway() {
  const orders: { id: string; receipt: string; amount: number; mandate?: object }[] = [];
  const payments = new Map<string, GatewayPayment[]>();
  /** `hides`: a payment is made, and listed only later; `drops`: nothing is made. */
  const script = { loses: false, declines: false, waits: false, hides: false, drops: false, isAway: false };
  const hidden: { orderId: string; changes: Partial<GatewayPayment> }[] = [];
  const charges: string[] = [];
  const deleted: string[] = [];
  const pay = (orderId: string, changes: Partial<GatewayPayment> = {}) => {
    const amount = paise(orders.find(({ id }) => id === orderId)?.amount ?? 0);
    const about = { amountRefunded: paise(0), currency: 'INR', tokenId: undefined, reason: undefined };
    const payment = { id: `pay_${newId()}`, orderId, amount, status: 'captured', ...about, ...changes };
    payments.set(orderId, [...(payments.get(orderId) ?? []), payment]);
  };
  return {
    orders,
    payments,
    script,
    charges,
    deleted,
    pay,
    show: () => {
      for (const { orderId, changes } of hidden.splice(0)) pay(orderId, changes);
    },
    async createOrder(order: { receipt: string; amount: number; mandate?: object }) {
      const made = { id: `order_${newId()}`, ...order };
      orders.push(made);
      return made;
    },
    findOrderByReceipt: async (receipt: string) => orders.find((order) => order.receipt === receipt),
    listOrderPayments: async (orderId: string) => payments.get(orderId) ?? [],
    createCustomer: async () => ({ id: 'cust_1' }),
    async chargeToken({ orderId, tokenId }: { orderId: string; tokenId: string }) {
      charges.push(tokenId);
      const failed = { status: 'failed', reason: 'payment_declined' };
      const changes = script.declines ? failed : script.waits ? { status: 'created' } : {};
      if (script.hides) hidden.push({ orderId, changes });
      else if (!script.drops) pay(orderId, changes);
      if (script.loses || script.drops) throw unavailable();
      return undefined;
    },
    async deleteToken({ tokenId }: { tokenId: string }) {
      if (script.isAway) throw unavailable();
      deleted.push(tokenId);
    },
  };
}

const unavailable = () => new DomainError('unavailable', 'GATEWAY_UNAVAILABLE', 'no answer');

describe('automatic top-ups', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('auto_topup')));
  after(() => close());

  const setUp = async ({ consent = true } = {}) => {
    const shopId = newId();
    const gateway = fakeGateway();
    const clock = { now: new Date('2026-11-24T06:00:00Z') };
    const deps = { ...holdDeps(db), gateway, now: () => clock.now };
    const asked = {
      shopId,
      requestId: 'first',
      amount: paise(100_00),
      ...(consent && { savesMandate: true as const }),
    };
    const topup = await createTopup(deps, owner, asked);
    gateway.pay(topup.orderId ?? '', consent ? { tokenId: `token_${shopId}` } : {});
    await syncTopup(deps, topup.id);
    const openTopups = async (): Promise<string[]> => {
      const rows: { ordering_key: string; payload: string }[] = await db.query(
        "SELECT ordering_key, payload FROM outbox WHERE topic = 'auto_topup.opened' ORDER BY id",
      );
      return rows.filter(({ payload }) => payload.includes(shopId)).map(({ ordering_key }) => ordering_key);
    };
    return {
      shopId,
      gateway,
      clock,
      deps,
      openTopups,
      set: (wishes = autoTopup) => setWalletSettings(deps, owner, { shopId, alertBelow: undefined, autoTopup: wishes }),
      read: async () => (await getWalletSettings(deps, owner, shopId)).settings.autoTopup,
      look: () => startAutoTopups(deps),
      started: async () => {
        await startAutoTopups(deps);
        return (await openTopups()).at(-1) ?? assert.fail('none was started');
      },
      cash: async () => (await createBooks(db.manager).wallets.find(shopId))?.postedCash,
    };
  };

  it('need the consent of a shopkeeper, given with a top-up that was paid, and stay within it', async () => {
    const without = await setUp({ consent: false });
    await assert.rejects(without.set(), { reason: 'MANDATE_MISSING' });
    assert.equal(without.gateway.orders[0]?.mandate, undefined);
    const shop = await setUp();
    await assert.rejects(shop.set({ ...autoTopup, amount: paise(15_000_01) }), { reason: 'MANDATE_LIMIT' });
    assert.equal(await shop.read(), undefined, 'a refusal leaves everything as it was');
    assert.equal((await shop.set()).mandate?.tokenId, `token_${shop.shopId}`);
    const waiting = { ...shop.deps, shopAccess: async () => aShopAccess({ shopId: shop.shopId, approved: false }) };
    const wishes = { shopId: shop.shopId, alertBelow: undefined, autoTopup };
    await assert.rejects(setWalletSettings(waiting, owner, wishes), { reason: 'SHOP_NOT_APPROVED' });
  });

  it('take what a subscription waits for, though the threshold is lower, until it is covered or gives up', async () => {
    const shop = await setUp();
    await shop.set({ ...autoTopup, below: paise(1_00) });
    const books = createBooks(db.manager);
    const { clock } = shop;
    const pastDue = aSubscription({ id: newId(), shopId: shop.shopId, status: 'past_due' });
    await books.subscriptions.insert({ shopId: shop.shopId, requestId: 's', planId: pastDue.plan.id }, pastDue);
    const supply = await shop.deps.supplyOf(aShopAccess({ shopId: shop.shopId }), 'subscription');
    const bill = renewalBill(pastDue, { id: newId(), key: `owed/${newId()}`, supply, createdAt: clock.now });
    await books.bills.createOnce({ ...bill, refusedTries: 1, lastTryAt: clock.now, refusal: 'WALLET_FROZEN' });
    await shop.look();
    assert.deepEqual(await shop.openTopups(), [], 'it waits for no money');
    await books.bills.save({ ...bill, refusedTries: 1, lastTryAt: clock.now, refusal: 'INSUFFICIENT_FUNDS' });
    const topupId = await shop.started();
    await chargeAutoTopup(shop.deps, topupId);
    await closeAutoTopup(shop.deps, topupId, '');
    assert.equal(await shop.cash(), 2_100_00);
    clock.now = new Date(clock.now.getTime() + coolOffMs);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 1, 'what it has covers the bill');
    const dearer = { ...bill, id: newId(), key: `owed/${newId()}`, total: paise(4_717_82) };
    await books.bills.createOnce({ ...dearer, refusedTries: 1, lastTryAt: clock.now, refusal: 'INSUFFICIENT_FUNDS' });
    await books.subscriptions.save({ ...pastDue, status: 'suspended' });
    await shop.look();
    assert.equal((await shop.openTopups()).length, 1, 'nobody tries a suspended one again');
    await books.subscriptions.save(pastDue);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 2);
  });

  it('are opened once, however many look, and no more often than once an hour', async () => {
    const shop = await setUp();
    await shop.set();
    await Promise.all(Array.from({ length: 10 }, shop.look));
    const [topupId = '', ...others] = await shop.openTopups();
    assert.deepEqual(others, []);
    assert.deepEqual(await chargeAutoTopup(shop.deps, topupId), { state: 'credited', amount: 2_000_00 });
    await closeAutoTopup(shop.deps, topupId, '');
    const higher = { ...autoTopup, below: paise(5_000_00) };
    await shop.set(higher);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 1, 'it cools off');
    await setWalletSettings(shop.deps, owner, { shopId: shop.shopId, alertBelow: undefined, autoTopup: undefined });
    await shop.set(higher);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 1, 'also when it was switched off and on');
    shop.clock.now = new Date(shop.clock.now.getTime() + coolOffMs);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 2);
  });

  it('are not opened for a wallet that is not low, or may not be used', async () => {
    const shop = await setUp();
    await shop.set();
    await payIn(db, shop.shopId, { cash: 400_00 });
    await shop.look();
    assert.deepEqual(await shop.openTopups(), []);
    await db.query('UPDATE wallet SET frozen = 1 WHERE posted_cash_paise = 50000');
    await shop.set({ ...autoTopup, below: paise(600_00) });
    await shop.look();
    assert.deepEqual(await shop.openTopups(), []);
    await db.query('UPDATE wallet SET frozen = 0');
  });

  it('are taken once when the answer is lost or the caller dies, and credited once', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    shop.gateway.script.loses = true;
    for (let n = 0; n < 3; n++) assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'credited');
    assert.deepEqual([shop.gateway.charges.length, await shop.cash()], [1, 2_100_00]);
    assert.equal(shop.gateway.orders.filter(({ receipt }) => receipt === topupId).length, 1);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are asked for once while their payment is not listed yet, however many ask and however the answer was lost', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    Object.assign(shop.gateway.script, { loses: true, hides: true });
    const states = await Promise.all(Array.from({ length: 8 }, () => chargeAutoTopup(shop.deps, topupId)));
    assert.deepEqual(new Set(states.map(({ state }) => state)), new Set(['pending']));
    shop.clock.now = new Date(shop.clock.now.getTime() + askAgainMs - 1);
    assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'pending');
    shop.gateway.show();
    assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'credited');
    assert.deepEqual([shop.gateway.charges.length, await shop.cash()], [1, 2_100_00]);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are asked for again when an hour has passed and nothing is listed: whoever asked died before it did', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    shop.gateway.script.drops = true;
    for (let n = 0; n < 2; n++) assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'pending');
    assert.equal(shop.gateway.charges.length, 1);
    shop.gateway.script.drops = false;
    shop.clock.now = new Date(shop.clock.now.getTime() + askAgainMs);
    assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'credited');
    assert.deepEqual([shop.gateway.charges.length, await shop.cash()], [2, 2_100_00]);
  });

  it('are not asked for when their shop does not want this one any more, or may not pay; that stops no others', async () => {
    const off = async (shop: { shopId: string; deps: Parameters<typeof setWalletSettings>[0] }) =>
      void (await setWalletSettings(shop.deps, owner, {
        shopId: shop.shopId,
        alertBelow: undefined,
        autoTopup: undefined,
      }));
    const freeze = async ({ shopId }: { shopId: string }) =>
      void (await db.query('UPDATE wallet SET frozen = 1 WHERE shop_id = ?', [idToBytes(shopId)]));
    const ways = [
      { change: off, approved: true, goesOn: undefined },
      {
        change: (shop: Awaited<ReturnType<typeof setUp>>) => shop.set({ ...autoTopup, amount: paise(3_000_00) }),
        approved: true,
        goesOn: 3_000_00,
      },
      { change: freeze, approved: true, goesOn: 2_000_00 },
      { change: async () => undefined, approved: false, goesOn: 2_000_00 },
    ];
    for (const { change, approved, goesOn } of ways) {
      const shop = await setUp();
      await shop.set();
      const topupId = await shop.started();
      await change(shop);
      const deps = { ...shop.deps, shopAccess: async (shopId: string) => aShopAccess({ shopId, approved }) };
      const declined = { state: 'declined', reason: 'SWITCHED_OFF', amount: 2_000_00 };
      assert.deepEqual(await chargeAutoTopup(deps, topupId), declined);
      assert.deepEqual(shop.gateway.charges, []);
      await closeAutoTopup(deps, topupId, 'SWITCHED_OFF');
      const { amount, stopReason, openTopupId } = (await shop.read()) ?? {};
      assert.deepEqual([amount, stopReason, openTopupId], [goesOn, undefined, undefined]);
    }
    await db.query('UPDATE wallet SET frozen = 0');
  });

  it('of one shop do not wait for another one that fails', async () => {
    const [one, other] = [await setUp(), await setUp()];
    await one.set();
    await other.set();
    const first = [one.shopId, other.shopId].toSorted()[0];
    const shopAccess = async (shopId: string) => {
      if (shopId === first) throw new DomainError('unavailable', 'DOWN', 'not now');
      return aShopAccess({ shopId });
    };
    await assert.rejects(startAutoTopups({ ...one.deps, shopAccess }), AggregateError);
    assert.equal((await one.openTopups()).length + (await other.openTopups()).length, 1);
  });

  it('wait for a bank that takes its time, without asking for the money again', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    shop.gateway.script.waits = true;
    for (let n = 0; n < 3; n++) assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'pending');
    const [order] = shop.gateway.orders.filter(({ receipt }) => receipt === topupId);
    const payments = shop.gateway.payments.get(order?.id ?? '') ?? [];
    shop.gateway.payments.set(
      order?.id ?? '',
      payments.map((payment) => ({ ...payment, status: 'captured' })),
    );
    assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'credited');
    assert.equal(shop.gateway.charges.length, 1);
  });

  it('stop when one is declined, until they are set again', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    shop.gateway.script.declines = true;
    const declined = { state: 'declined', reason: 'payment_declined', amount: 2_000_00 };
    assert.deepEqual(await chargeAutoTopup(shop.deps, topupId), declined);
    for (let n = 0; n < 3; n++) await closeAutoTopup(shop.deps, topupId, 'payment_declined');
    assert.equal((await shop.read())?.stopReason, 'payment_declined');
    shop.clock.now = new Date(shop.clock.now.getTime() + coolOffMs);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 1, 'a bank is not asked over and over');
    assert.equal((await shop.set()).settings.autoTopup?.stopReason, undefined);
    await shop.look();
    assert.equal((await shop.openTopups()).length, 2);
  });

  it('stop when the consent is taken back, at the gateway too, also while one is being paid', async () => {
    const shop = await setUp();
    await shop.set();
    const topupId = await shop.started();
    await revokeMandate(shop.deps, owner, shop.shopId);
    await revokeMandate(shop.deps, owner, shop.shopId);
    assert.deepEqual(shop.gateway.deleted, [`token_${shop.shopId}`]);
    assert.equal((await shop.read())?.stopReason, 'MANDATE_MISSING');
    const { state } = await chargeAutoTopup(shop.deps, topupId);
    assert.deepEqual([state, shop.gateway.charges], ['declined', []]);
    await assert.rejects(shop.set(), { reason: 'MANDATE_MISSING' });
    await deleteRevokedTokens(shop.deps);
    assert.equal(shop.gateway.deleted.length, 1, 'what is deleted is not deleted again');
    const stranger = { userId: newId(), admin: false };
    await assert.rejects(revokeMandate(shop.deps, stranger, shop.shopId), { reason: 'SHOP_NOT_FOUND' });
  });

  it('leave no mandate at the gateway that was taken back, also while the gateway is away, and of a top-up paid later', async () => {
    const shop = await setUp();
    await shop.set();
    const another = { shopId: shop.shopId, amount: paise(100_00), savesMandate: true } as const;
    const paid = await createTopup(shop.deps, owner, { ...another, requestId: 'second' });
    shop.gateway.pay(paid.orderId ?? '', { tokenId: `second_${shop.shopId}` });
    await syncTopup(shop.deps, paid.id);
    const late = await createTopup(shop.deps, owner, { ...another, requestId: 'third' });
    shop.gateway.script.isAway = true;
    await revokeMandate(shop.deps, owner, shop.shopId);
    assert.equal((await shop.read())?.stopReason, 'MANDATE_MISSING', 'it counts although the gateway is away');
    await assert.rejects(deleteRevokedTokens(shop.deps), AggregateError);
    shop.gateway.script.isAway = false;
    await deleteRevokedTokens(shop.deps);
    assert.deepEqual(shop.gateway.deleted.toSorted(), [`second_${shop.shopId}`, `token_${shop.shopId}`]);
    shop.gateway.pay(late.orderId ?? '', { tokenId: `third_${shop.shopId}` });
    await syncTopup(shop.deps, late.id);
    await assert.rejects(shop.set(), { reason: 'MANDATE_MISSING' });
    await deleteRevokedTokens(shop.deps);
    assert.equal(shop.gateway.deleted.at(-1), `third_${shop.shopId}`);
  });
});
