import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps, payIn } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { chargePurchase, refundPurchase } from './charge-purchase.ts';
import { finalisePackInvoice } from './finalise-pack-invoice.ts';
import { grantPurchase, revokePurchase } from './grant-purchase.ts';
import { listPacks } from './list-packs.ts';
import { getEntitlements, reserveOffer, returnOffer } from './offer-units.ts';
import { purchasePack } from './purchase-pack.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
/** ₹499 and its tax. */
const price = 588_82;

describe('packs', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('packs')));
  after(() => close());

  const buy = (shopId: string, requestId: string = newId(), packId = 'offers-5') =>
    purchasePack(holdDeps(db), owner, { shopId, requestId, packId });
  const cashOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.postedCash;
  const left = async (shopId: string, now?: Date) => {
    const deps = now === undefined ? holdDeps(db) : { ...holdDeps(db), now: () => now };
    const { granted, used } = await getEntitlements(deps, owner, shopId);
    return [granted, used];
  };
  const many = <T>(times: number, work: () => Promise<T>) => Promise.allSettled(Array.from({ length: times }, work));
  const fulfilled = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.filter(({ status }) => status === 'fulfilled').length;

  it('are on sale by size, those for messages behind', async () => {
    const packs = await listPacks(holdDeps(db));
    assert.deepEqual(
      packs.map(({ id, offers }) => [id, offers]),
      [
        ['offers-5', 5],
        ['offers-10', 10],
        ['offers-25', 25],
        ['push-10000', 0],
        ['in-app-50000', 0],
        ['whatsapp-1000', 0],
        ['whatsapp-5000', 0],
      ],
    );
  });

  it('are asked for once by fifty parallel calls, and announced once', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const purchases = await Promise.all(Array.from({ length: 50 }, () => buy(shopId, 'r1')));
    assert.equal(new Set(purchases.map(({ id }) => id)).size, 1);
    const events = await db.query('SELECT topic FROM outbox WHERE ordering_key = ?', [purchases[0]?.id]);
    assert.deepEqual(events, [{ topic: 'pack.purchase_placed' }]);
    await assert.rejects(buy(shopId, 'r1', 'offers-10'), { reason: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('are refused to a foreign, an unapproved and a poor shop, and when they are not on sale', async () => {
    const shopId = await aFundedShop(db, price - 1);
    await assert.rejects(buy(shopId), { reason: 'INSUFFICIENT_FUNDS' });
    await assert.rejects(buy(shopId, newId(), 'offers-6'), { reason: 'PACK_NOT_FOUND' });
    const seen = { shopId, requestId: newId(), packId: 'offers-5', expectedPrice: paise(399_00) };
    const changed = { reason: 'PACK_PRICE_CHANGED', info: { pricePaise: '49900' } };
    await assert.rejects(purchasePack(holdDeps(db), owner, seen), changed);
    const request = { shopId, requestId: newId(), packId: 'offers-5' };
    const foreign = purchasePack(holdDeps(db), { userId: newId(), admin: false }, request);
    await assert.rejects(foreign, { reason: 'SHOP_NOT_FOUND' });
    const unapproved = purchasePack(holdDeps(db, { approved: false }), owner, request);
    await assert.rejects(unapproved, { reason: 'SHOP_NOT_APPROVED' });
  });

  it('are charged and granted once by thirty parallel calls each, and invoiced', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const { id } = await buy(shopId);
    await assert.rejects(grantPurchase(holdDeps(db), id), { reason: 'PURCHASE_UNPAID' });
    assert.equal(fulfilled(await many(30, () => chargePurchase(holdDeps(db), id))), 30);
    await assert.rejects(finalisePackInvoice(holdDeps(db), id), { reason: 'PURCHASE_PENDING' });
    assert.equal(fulfilled(await many(30, () => grantPurchase(holdDeps(db), id))), 30);
    assert.equal(await cashOf(shopId), 1_000_00 - price);
    assert.deepEqual(await left(shopId), [10, 0]);
    const invoice = await finalisePackInvoice(holdDeps(db), id);
    assert.deepEqual([invoice?.total, invoice?.roundOff, invoice?.lines[0]?.sac], [price, 0, '998439']);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('cannot be charged twice from money for one', async () => {
    const shopId = await aFundedShop(db, price);
    const purchases = await Promise.all(Array.from({ length: 10 }, () => buy(shopId)));
    const charged = await Promise.allSettled(purchases.map(({ id }) => chargePurchase(holdDeps(db), id)));
    assert.equal(fulfilled(charged), 1);
    assert.equal(await cashOf(shopId), 0);
    await payIn(db, shopId, { cash: 10_000_00 });
    const again = await Promise.allSettled(purchases.map(({ id }) => chargePurchase(holdDeps(db), id)));
    assert.equal(fulfilled(again), 1, 'a refusal stays one, also when the money comes');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are refunded and revoked once, and leave nothing', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const { id } = await buy(shopId);
    await chargePurchase(holdDeps(db), id);
    await grantPurchase(holdDeps(db), id);
    await many(10, () => revokePurchase(holdDeps(db), id));
    await many(10, () => refundPurchase(holdDeps(db), id));
    assert.deepEqual([await cashOf(shopId), await left(shopId)], [1_000_00, [5, 0]]);
    await assert.rejects(chargePurchase(holdDeps(db), id), { reason: 'VOIDED' });
    await assert.rejects(grantPurchase(holdDeps(db), id), { reason: 'VOIDED' });
    assert.equal(await finalisePackInvoice(holdDeps(db), id), undefined);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('that are undone before they are done never are', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const { id } = await buy(shopId);
    await revokePurchase(holdDeps(db), id);
    await refundPurchase(holdDeps(db), id);
    await assert.rejects(chargePurchase(holdDeps(db), id), { reason: 'VOIDED' });
    await assert.rejects(grantPurchase(holdDeps(db), id), { reason: 'VOIDED' });
    await assert.rejects(refundPurchase(holdDeps(db), newId()), { reason: 'PURCHASE_NOT_FOUND' });
    assert.deepEqual([await cashOf(shopId), await left(shopId)], [1_000_00, [5, 0]]);
  });

  it('let a new shop have five offers, exactly, when fifty are published at once', async () => {
    const shopId = newId();
    assert.deepEqual(await left(shopId), [5, 0]);
    const results = await many(50, () => reserveOffer(holdDeps(db), { shopId, offerId: newId() }));
    assert.equal(fulfilled(results), 5);
    for (const result of results)
      if (result.status === 'rejected') assert.equal(result.reason.reason, 'PACK_EXHAUSTED');
    assert.deepEqual(await left(shopId), [5, 5]);
  });

  it('count an offer once, give its unit back once, and never count it again', async () => {
    const unit = { shopId: newId(), offerId: newId() };
    assert.equal(fulfilled(await many(20, () => reserveOffer(holdDeps(db), unit))), 20);
    assert.deepEqual(await left(unit.shopId), [5, 1]);
    await assert.rejects(returnOffer(holdDeps(db), { ...unit, shopId: newId() }), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    assert.equal(fulfilled(await many(20, () => returnOffer(holdDeps(db), unit))), 20);
    assert.deepEqual(await left(unit.shopId), [5, 0]);
    await assert.rejects(reserveOffer(holdDeps(db), unit), { reason: 'VOIDED' });
    const early = { shopId: unit.shopId, offerId: newId() };
    await returnOffer(holdDeps(db), early);
    await assert.rejects(reserveOffer(holdDeps(db), early), { reason: 'VOIDED' });
  });

  it('are used by what expires first, end, and can be bought when all is used', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const reserve = (offerId: string = newId(), now = new Date('2026-11-24T07:00:00Z')) =>
      reserveOffer({ ...holdDeps(db), now: () => now }, { shopId, offerId });
    const { id } = await buy(shopId);
    await chargePurchase(holdDeps(db), id);
    await grantPurchase(holdDeps(db), id);
    for (let n = 0; n < 3; n++) await reserve();
    const afterwards = new Date('2027-03-01T00:00:00Z');
    assert.deepEqual(
      [await left(shopId), await left(shopId, afterwards)],
      [
        [10, 3],
        [5, 0],
      ],
    );
    for (let n = 0; n < 5; n++) await reserve(newId(), afterwards);
    const offerId = newId();
    await assert.rejects(reserve(offerId, afterwards), { reason: 'PACK_EXHAUSTED' });
    assert.ok(await reserve(offerId), 'the same offer, once there is something to use');
  });

  it('that are revoked keep what was published, and nothing that is given back', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const { id } = await buy(shopId);
    await chargePurchase(holdDeps(db), id);
    await grantPurchase(holdDeps(db), id);
    const offerId = newId();
    await reserveOffer(holdDeps(db), { shopId, offerId });
    await revokePurchase(holdDeps(db), id);
    assert.deepEqual(await left(shopId), [6, 1]);
    await returnOffer(holdDeps(db), { shopId, offerId });
    assert.deepEqual(await left(shopId), [5, 0]);
  });
});
