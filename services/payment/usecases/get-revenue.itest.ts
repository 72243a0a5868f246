import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { istDay } from '@doffers/calendar';
import { type Database, newId } from '@doffers/database';
import { microRupees, paise } from '@doffers/money';
import { renewalBill, upgradeBill } from '../domain/bill.ts';
import { revenueBy } from '../domain/revenue.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { aPlan, aSubscription } from '../test/subscriptions.ts';
import { captureTo } from './capture-to.ts';
import { chargePurchase } from './charge-purchase.ts';
import { creditInvoice } from './credit-invoice.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { getRevenue } from './get-revenue.ts';
import { grantPromo } from './grant-promo.ts';
import { placeHold } from './place-hold.ts';
import { purchasePack } from './purchase-pack.ts';
import { releaseHold } from './release-hold.ts';
import { reverseHold } from './reverse-hold.ts';

const karnataka = { state: 'Karnataka', pincode: '560034', gstin: '', address: '4th Block, Koramangala' };
const dayMs = 86_400_000;

describe('the revenue report', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('revenue')));
  after(() => close());

  // Journals are found by their ids, which come from the real clock.
  const deps = (shop = {}) => ({ ...holdDeps(db, shop), now: () => new Date() });
  const report = (from = -1, to = 1) => {
    const day = (days: number) => istDay(new Date(Date.now() + days * dayMs));
    return getRevenue(deps(), { from: day(from), to: day(to) });
  };

  /** 100 messages on WhatsApp at 85 paise and 200 pushes at 10, all delivered. */
  async function aCampaign(shopId: string, shop = {}): Promise<string> {
    const key = `campaign/${newId()}/hold/1`;
    const lines = [
      { line: 'whatsapp', description: 'WhatsApp messages', quantity: 100, rate: microRupees(850_000) },
      { line: 'push', description: 'Push notifications', quantity: 200, rate: microRupees(100_000) },
    ];
    await placeHold(deps(shop), { key, shopId, lines });
    await captureTo(deps(shop), { key, quantities: new Map([['whatsapp', 60]]) });
    await captureTo(deps(shop), {
      key,
      quantities: new Map([
        ['whatsapp', 100],
        ['push', 200],
      ]),
    });
    await releaseHold(deps(shop), { key, shopId });
    return key;
  }

  it('has every rupee of the revenue accounts once, by stream, channel and State', async () => {
    const [pune, bengaluru] = [await aFundedShop(db, 5_000_00), await aFundedShop(db, 5_000_00)];
    const key = await aCampaign(pune);
    await aCampaign(bengaluru, karnataka);
    await reverseHold(deps(karnataka), await aCampaign(bengaluru, karnataka));
    const invoice = (await finaliseHoldInvoice(deps(), key)) ?? assert.fail('no invoice');
    const credit = { invoiceId: invoice.id, requestId: 'r1', reason: 'a fault', credit: { taxable: paise(5_00) } };
    await creditInvoice(deps(), credit);
    const owner = { userId: aShopAccess().ownerId, admin: false };
    const purchase = await purchasePack(deps(), owner, { shopId: pune, requestId: newId(), packId: 'offers-5' });
    await chargePurchase(deps(), purchase.id);

    const { revenue } = await report();
    assert.deepEqual(
      new Map(revenueBy(revenue, 'sold')),
      new Map([
        ['campaign', 205_00],
        ['pack', 499_00],
      ]),
    );
    const campaigns = revenue.filter(({ sold }) => sold === 'campaign');
    assert.deepEqual(
      new Map(revenueBy(campaigns, 'channel')),
      new Map([
        ['whatsapp', 170_00],
        ['push', 40_00],
        [undefined, -5_00],
      ]),
    );
    assert.deepEqual(
      new Map(revenueBy(revenue, 'state')),
      new Map([
        ['27', 599_00],
        ['29', 105_00],
      ]),
    );
    const [{ booked }] = await db.query(
      `SELECT SUM(e.credit_paise - e.debit_paise) AS booked FROM entry e JOIN ledger_account a ON a.id = e.account_id
        WHERE a.code IN ('CAMPAIGN_REVENUE', 'SUBSCRIPTION_REVENUE')`,
    );
    assert.equal(
      revenue.reduce((sum, { amount }) => sum + amount, 0),
      Number(booked),
    );
    assert.deepEqual((await report(-30, -2)).revenue, [], 'nothing was earned before');
  });

  it('says what promotional credit cost, and not what was only granted', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const earlier = (await report()).promo;
    const admin = { userId: newId(), admin: true };
    const expiresAt = new Date(Date.now() + 30 * dayMs);
    await grantPromo(deps(), admin, {
      shopId,
      requestId: newId(),
      amount: paise(200_00),
      expiresAt,
      reason: 'welcome',
    });
    await aCampaign(shopId);
    const { promo, wallets } = await report();
    assert.deepEqual(
      [promo.granted - earlier.granted, promo.used - earlier.used, promo.expired - earlier.expired],
      [200_00, 105_00, 0],
    );
    const [{ posted }] = await db.query('SELECT SUM(posted_cash_paise + posted_promo_paise) AS posted FROM wallet');
    assert.equal(wallets.cash + wallets.promo, Number(posted));
  });

  it('follows recurring revenue from paid period to paid period', async () => {
    const books = createBooks(db.manager);
    const at = (days: number) => new Date(Date.now() + days * dayMs);
    const paid = { charge: 'charged', grant: 'granted', active: true } as const;
    /** A subscription whose paid period began so many days ago and ends after so many more. */
    const paidFor = async (price: number, { from, to }: { from: number; to: number }) => {
      const [id, shopId] = [newId(), newId()];
      const plan = aPlan({ price });
      const dates = {
        periodNo: 0,
        periodStart: at(from - 1),
        periodEnd: at(from),
        anchor: at(from),
        createdAt: at(from),
      };
      const subscription = aSubscription({ id, shopId, plan, ...dates });
      await books.subscriptions.insert({ shopId, requestId: newId(), planId: plan.id }, subscription);
      const supply = await deps().supplyOf(aShopAccess({ shopId }), 'subscription');
      const about = () => ({ id: newId(), key: newId(), supply, createdAt: at(from) });
      const bill = { ...renewalBill(subscription, about()), periodStart: at(from), periodEnd: at(to), ...paid };
      await books.bills.createOnce(bill);
      return { subscription: { ...subscription, periodNo: 1, periodStart: at(from), periodEnd: at(to) }, about };
    };
    await paidFor(499_00, { from: -20, to: 10 }); // goes on
    await paidFor(1_499_00, { from: -40, to: -10 }); // was not renewed
    await paidFor(3_999_00, { from: -3, to: 27 }); // is new
    const grown = await paidFor(499_00, { from: -25, to: 5 });
    const bill = upgradeBill(grown.subscription, aPlan({ id: 'growth', price: 1_499_00 }), {
      paid: paise(499_00),
      ...grown.about(),
      createdAt: at(-5),
    });
    await books.bills.createOnce({ ...bill, ...paid });

    const { mrr } = await report(-15, 0);
    const { start, gained, expanded, contracted, churned, end } = mrr;
    assert.deepEqual(
      [start, gained, expanded, contracted, churned, end],
      [2_497_00, 3_999_00, 1_000_00, 0, 1_499_00, 5_997_00],
    );
    assert.deepEqual([mrr.subscriptionsAtStart, mrr.subscriptionsAtEnd], [3, 3]);
    assert.equal((await report(-14, 300)).mrr.end, 5_997_00, 'what has not come yet is not lost');
  });
});
