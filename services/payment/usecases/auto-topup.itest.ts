import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import type { GatewayPayment } from '../clients/razorpay.ts';
import { coolOffMs } from '../domain/auto-topup.ts';
import { createBooks } from '../repositories/books.ts';
import { aShopAccess, holdDeps, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { chargeAutoTopup } from './charge-auto-topup.ts';
import { closeAutoTopup } from './close-auto-topup.ts';
import { createTopup } from './create-topup.ts';
import { revokeMandate } from './revoke-mandate.ts';
import { startAutoTopups } from './start-auto-topups.ts';
import { syncTopup } from './sync-topup.ts';
import { getWalletSettings, setWalletSettings } from './wallet-settings.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
const autoTopup = { below: paise(500_00), amount: paise(2_000_00) };

/** A gateway that keeps orders, payments and mandates; it can lose an answer, decline, or take its time. */
function fakeGateway() {
  const orders: { id: string; receipt: string; amount: number; mandate?: object }[] = [];
  const payments = new Map<string, GatewayPayment[]>();
  const script = { loses: false, declines: false, waits: false };
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
      pay(orderId, script.declines ? failed : script.waits ? { status: 'created' } : {});
      if (!script.loses) return undefined;
      script.loses = false;
      throw new DomainError('unavailable', 'GATEWAY_UNAVAILABLE', 'no answer');
    },
    deleteToken: async ({ tokenId }: { tokenId: string }) => void deleted.push(tokenId),
  };
}

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
    await assert.rejects(chargeAutoTopup(shop.deps, topupId), { reason: 'GATEWAY_UNAVAILABLE' });
    for (let n = 0; n < 3; n++) assert.equal((await chargeAutoTopup(shop.deps, topupId)).state, 'credited');
    assert.deepEqual([shop.gateway.charges.length, await shop.cash()], [1, 2_100_00]);
    assert.equal(shop.gateway.orders.filter(({ receipt }) => receipt === topupId).length, 1);
    assert.deepEqual(await auditOf(db), cleanAudit);
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
    const stranger = { userId: newId(), admin: false };
    await assert.rejects(revokeMandate(shop.deps, stranger, shop.shopId), { reason: 'SHOP_NOT_FOUND' });
  });
});
