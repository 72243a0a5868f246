import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { Invoice } from '../domain/invoice.ts';
import { topupDocument } from '../domain/topup-document.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { anInvoice } from '../test/invoices.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { captureTo } from './capture-to.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { issueRefundVoucher } from './issue-refund-voucher.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';

describe('the receipts that an invoice quotes', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('advances')));
  after(() => close());

  const today = '2026-11-24T06:00:00Z';
  const deps = (at = today) => ({ ...holdDeps(db), now: () => new Date(at) });
  /** An advance of ₹100 with its receipt voucher. */
  const receiptOf = (shopId: string, at = today): Promise<Invoice> => {
    const { supply } = anInvoice();
    const draft = topupDocument(aTopup({ id: newId(), shopId, amount: paise(100_00) }), supply, advanceTerms());
    return createBooks(db.manager).invoices.issue(draft, { id: newId(), at: new Date(at) });
  };
  const payBack = (receipt: Invoice, rupees: number) =>
    transaction(db, (tx) =>
      issueRefundVoucher(
        createBooks(tx),
        receipt,
        { refundId: newId(), amount: paise(rupees * 100), taxes: { cgst: paise(0), sgst: paise(0), igst: paise(0) } },
        { id: newId(), at: new Date(today) },
      ),
    );
  /** A campaign of ₹100 that is closed, to be invoiced. */
  const aClosedHold = async (shopId: string) => {
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(deps(), { key, shopId, lines: hundredRupees });
    await captureTo(deps(), { key, quantities: new Map([['whatsapp', 100]]) });
    await releaseHold(deps(), { key, shopId });
    return key;
  };
  const quotesOf = async (key: string, at = today): Promise<readonly string[]> => {
    const settlement = (await finaliseHoldInvoice(deps(at), key))?.settlement;
    return settlement?.by === 'advance' ? settlement.receipts.map(({ number }) => number) : assert.fail('no quotes');
  };

  it('are none that was paid back, though one paid in later was', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const first = await receiptOf(shopId);
    const second = await receiptOf(shopId);
    const third = await receiptOf(shopId);
    await payBack(second, 100);
    assert.deepEqual(await quotesOf(await aClosedHold(shopId)), [first.number]);
    await payBack(third, 40);
    const fourth = await receiptOf(shopId);
    assert.deepEqual(await quotesOf(await aClosedHold(shopId)), [third.number, fourth.number]);
  });

  it('are the oldest also when the numbers have begun again with the year', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const old = await receiptOf(shopId, '2027-03-31T18:00:00Z');
    const recent = await receiptOf(shopId, '2027-03-31T19:00:00Z');
    assert.match(`${old.number} ${recent.number}`, /^DRV\/2627\/00000[^1] DRV\/2728\/000001$/);
    const at = '2027-04-01T06:00:00Z';
    assert.deepEqual(await quotesOf(await aClosedHold(shopId), at), [old.number]);
    assert.deepEqual(await quotesOf(await aClosedHold(shopId), at), [recent.number]);
  });

  it('pay one invoice each, however many are issued at the same time', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const at = '2027-04-02T06:00:00Z';
    const receipts: string[] = [];
    const keys: string[] = [];
    for (let n = 0; n < 8; n++) {
      receipts.push((await receiptOf(shopId, at)).number);
      keys.push(await aClosedHold(shopId));
    }
    const quoted = (await Promise.all(keys.map((key) => quotesOf(key, at)))).flat();
    assert.deepEqual(quoted.toSorted(), receipts);
  });
});
