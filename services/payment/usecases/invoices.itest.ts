import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { createStorage } from '@doffers/storage';
import { testServers } from '@doffers/testkit';
import { createInvoiceRenderer } from '../clients/invoice-pdf.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps, hundredRupees, supplier } from '../test/hold-books.ts';
import { anInvoice } from '../test/invoices.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { aTopup } from '../test/topups.ts';
import { assertGstTiming } from './assert-gst-timing.ts';
import { captureTo } from './capture-to.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { finaliseTopupVoucher } from './finalise-topup-voucher.ts';
import type { InvoiceDeps } from './invoice-deps.ts';
import { placeHold } from './place-hold.ts';
import { getInvoice, getInvoicePdf, listInvoices } from './read-invoices.ts';
import { releaseHold } from './release-hold.ts';
import { storeInvoicePdf } from './store-invoice-pdf.ts';
import { createTaxTerms } from './tax-terms.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
const stranger = { userId: newId(), admin: false };

describe('documents', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('invoices')));
  const storage = createStorage({ ...testServers().s3, bucket: 'doffers-test-invoices' });
  after(async () => {
    storage.close();
    await close();
  });

  const renderPdf = createInvoiceRenderer();
  const deps = (changes: Partial<InvoiceDeps> = {}): InvoiceDeps => ({
    ...holdDeps(db),
    storage,
    renderPdf,
    eInvoicing: undefined,
    ...changes,
  });
  const aClosedHold = async (captured = 40) => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    await captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', captured]]) });
    await releaseHold(holdDeps(db), { key, shopId });
    return { key, shopId };
  };
  const anIssued = async () => {
    const { key } = await aClosedHold();
    const invoice = await finaliseHoldInvoice(deps(), key);
    assert.ok(invoice);
    return invoice;
  };

  it('are made of a closed hold once, however many ask at the same time', async () => {
    const { key } = await aClosedHold();
    const invoices = await Promise.all(Array.from({ length: 20 }, () => finaliseHoldInvoice(deps(), key)));
    assert.equal(new Set(invoices.map((invoice) => invoice?.number)).size, 1);
    assert.equal(invoices[0]?.total, 40_00);
    assert.deepEqual(await createBooks(db.manager).invoices.findBySource(key), invoices[0]);
  });

  it('are not made of what was not captured, or is still open', async () => {
    const { key } = await aClosedHold(0);
    assert.equal(await finaliseHoldInvoice(deps(), key), undefined);
    const shopId = await aFundedShop(db, 1_000_00);
    await placeHold(holdDeps(db), { key: 'open', shopId, lines: hundredRupees });
    await assert.rejects(finaliseHoldInvoice(deps(), 'open'), { reason: 'HOLD_OPEN' });
    await assert.rejects(finaliseHoldInvoice(deps(), 'none'), { reason: 'HOLD_NOT_FOUND' });
    await releaseHold(holdDeps(db), { key: 'never placed', shopId });
    assert.equal(await finaliseHoldInvoice(deps(), 'never placed'), undefined);
  });

  it('receipt a top-up once it is credited, in a series of their own', async () => {
    const books = createBooks(db.manager);
    const shopId = await aFundedShop(db, 1);
    const topup = aTopup({ id: newId(), shopId, placeOfSupply: '27', orderId: undefined });
    await books.topups.createOnce({ shopId, requestId: 'r', amount: topup.amount }, topup);
    await assert.rejects(finaliseTopupVoucher(deps(), topup.id), { reason: 'TOPUP_NOT_CREDITED' });
    await assert.rejects(finaliseTopupVoucher(deps(), newId()), { reason: 'TOPUP_NOT_FOUND' });
    await assertGstTiming(books.tax, 'INVOICE_AT_TOPUP'); // nothing was paid in yet
    await books.topups.setCredited(topup.id, { id: 'pay_1', creditedAt: new Date('2026-11-24T06:00:00Z') });
    const vouchers = await Promise.all(Array.from({ length: 5 }, () => finaliseTopupVoucher(deps(), topup.id)));
    assert.deepEqual(new Set(vouchers.map((voucher) => voucher?.number)), new Set(['DRV/2627/000001']));
    assert.deepEqual([vouchers[0]?.taxable, vouchers[0]?.total], [4_237_28, 5_000_00]);
    await assertGstTiming(books.tax, 'ADVANCE');
    const other = /wallets were filled under ADVANCE/;
    await assert.rejects(
      assertGstTiming(books.tax, 'INVOICE_AT_TOPUP'),
      other,
      'the supplier has begun with the other',
    );
  });

  it('are taxed at the rate of the day when the price was committed', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    await db.query("INSERT INTO tax_rate VALUES ('campaign', '2026-12-01', '998361', 2800)");
    const at = (day: string) => {
      const now = () => new Date(day);
      const { books } = holdDeps(db);
      // A supplier of its own: its series runs ahead of the others' time.
      const supplier = { name: 'x', address: 'y', gstin: '27AAJCS5738D1Z6' };
      return {
        ...deps(),
        ...holdDeps(db),
        now,
        ...createTaxTerms({ tax: books.tax, supplier, timing: 'ADVANCE', now }),
      };
    };
    const invoiced = async (placed: string, closed: string) => {
      const key = `campaign/${newId()}/hold/1`;
      const { amount } = await placeHold(at(placed), { key, shopId, lines: hundredRupees });
      await captureTo(at(closed), { key, quantities: new Map([['whatsapp', 100]]) });
      await releaseHold(at(closed), { key, shopId });
      const invoice = await finaliseHoldInvoice(at(closed), key);
      return [amount.cash, invoice?.total, invoice?.supply.rateBasisPoints, invoice?.lines[0]?.sac];
    };
    assert.deepEqual(await invoiced('2026-11-30T18:00:00Z', '2026-12-02T06:00:00Z'), [100_00, 100_00, 1800, '998365']);
    assert.deepEqual(await invoiced('2026-12-02T06:00:00Z', '2026-12-02T06:00:00Z'), [108_46, 108_46, 2800, '998361']);
    await db.query("DELETE FROM tax_rate WHERE sac = '998361'");
  });

  it('leave a campaign without tax where topping up was the taxed sale, from the hold to the statement', async () => {
    const timed = { ...deps(), ...holdDeps(db, {}, 'INVOICE_AT_TOPUP') };
    const shopId = await aFundedShop(db, 84_74);
    const key = `campaign/${newId()}/hold/1`;
    assert.equal((await placeHold(timed, { key, shopId, lines: hundredRupees })).amount.cash, 84_74);
    await captureTo(timed, { key, quantities: new Map([['whatsapp', 100]]) });
    await releaseHold(timed, { key, shopId });
    const statement = await finaliseHoldInvoice(timed, key);
    assert.deepEqual([statement?.kind, statement?.total], ['usage_statement', 84_74]);
    assert.match(statement?.number ?? '', /^DUS\/2627\//);
    const books = createBooks(db.manager);
    const topup = aTopup({ id: newId(), shopId, placeOfSupply: '27', orderId: undefined });
    await books.topups.createOnce({ shopId, requestId: 'timed', amount: topup.amount }, topup);
    await books.topups.setCredited(topup.id, { id: 'pay_9', creditedAt: new Date('2026-11-24T06:00:00Z') });
    const invoice = await finaliseTopupVoucher(timed, topup.id);
    assert.deepEqual(
      [invoice?.kind, invoice?.taxable, invoice?.settlement],
      ['tax_invoice', 4_237_28, { by: 'gateway', payment: 'pay_9' }],
    );
    assert.equal(await books.tax.latestTiming(), 'INVOICE_AT_TOPUP');
  });

  it('have numbers without a gap or a repetition when sixteen write, some roll back and some lose their connection', async () => {
    const gstin = '29AAGCB7383J1Z4';
    const { supply } = anInvoice();
    const draft = () => ({
      ...anInvoice({ supply: { ...supply, supplier: { ...supplier, gstin } } }),
      source: newId(),
    });
    let issued = 0;
    let clock = 0;
    const write = async () => {
      for (let n = 0; n < 16; n++) {
        // Some are rolled back, and some lose their connection in the middle.
        const fate = Math.random();
        const fails = fate < 0.2;
        const dies = fate > 0.93;
        // Clocks of different machines disagree; documents of a series do not.
        const at = new Date(Date.UTC(2026, 10, 24, 6) + ++clock * 10 - Math.floor(Math.random() * 500));
        await transaction(db, async (tx) => {
          const { number: _number, id: _id, issuedAt: _at, ...drafted } = draft();
          await createBooks(tx).invoices.issue(drafted, { id: newId(), at });
          if (fails) throw new Error('rolled back');
          if (dies) await tx.query('KILL CONNECTION_ID()');
        }).then(
          () => issued++,
          (error: unknown) => assert.match(String(error), /rolled back|interrupted|killed|closed|lost/i),
        );
      }
    };
    await Promise.all(Array.from({ length: 16 }, write));
    const rows = await db.query(
      'SELECT serial, number, issued_at FROM invoice WHERE supplier_gstin = ? ORDER BY serial',
      [gstin],
    );
    assert.ok(issued > 128 && issued < 256, `${issued}`);
    assert.deepEqual(
      rows.map(({ serial }: { serial: number }) => serial),
      Array.from({ length: issued }, (_, n) => n + 1),
    );
    const dates = rows.map(({ issued_at }: { issued_at: Date }) => issued_at.getTime());
    assert.deepEqual(
      dates,
      dates.toSorted((a: number, b: number) => a - b),
    );
  });

  it('are refused on a day before the last one of their series', async () => {
    const { number: _number, id: _id, issuedAt: _at, ...draft } = anInvoice();
    const gstin = '05AAACG2115R1ZN';
    const issue = (at: string) =>
      transaction(db, (tx) =>
        createBooks(tx).invoices.issue(
          { ...draft, source: newId(), supply: { ...draft.supply, supplier: { ...supplier, gstin } } },
          { id: newId(), at: new Date(at) },
        ),
      );
    await issue('2026-11-24T18:30:00Z');
    await assert.rejects(issue('2026-11-24T18:29:59Z'), { code: 'unavailable', reason: 'SERIES_AHEAD' });
    assert.equal((await issue('2026-11-24T18:30:00Z')).number, 'DOF/2627/000002', 'the refused one took no number');
  });

  it('begin a new series with the financial year, at midnight in India', async () => {
    const { number: _number, id: _id, issuedAt: _at, ...draft } = anInvoice();
    const issue = (at: string) =>
      createBooks(db.manager).invoices.issue(
        { ...draft, source: newId(), supply: { ...draft.supply, supplier: { ...supplier, gstin: '24AAQCA8719H1ZC' } } },
        { id: newId(), at: new Date(at) },
      );
    assert.equal((await issue('2027-03-31T18:29:59.999Z')).number, 'DOF/2627/000001');
    assert.equal((await issue('2027-03-31T18:30:00.000Z')).number, 'DOF/2728/000001');
  });

  it('cannot be changed or removed, not even by the owner of their table', async () => {
    await anIssued();
    await assert.rejects(db.query('UPDATE invoice SET total_paise = total_paise'), /final/);
    await assert.rejects(db.query('DELETE FROM invoice'), /final/);
  });

  it('keep the shop as it was when the price was agreed', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    const moved = async () => aShopAccess({ shopId, name: 'Moved', state: 'Kerala', gstin: '' });
    await captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', 1]]) });
    await releaseHold(holdDeps(db), { key, shopId });
    const invoice = await finaliseHoldInvoice(deps({ shopAccess: moved }), key);
    assert.deepEqual([invoice?.supply.recipient.name, invoice?.supply.placeOfSupply], ['Asha Stores', '27']);
  });

  it('are stored as PDF once, byte for byte the same when it is drawn again', async () => {
    const invoice = await anIssued();
    await assert.rejects(getInvoicePdf(deps(), owner, invoice.id), { reason: 'INVOICE_PDF_PENDING' });
    const stored = await Promise.all(Array.from({ length: 3 }, () => storeInvoicePdf(deps(), invoice.id)));
    assert.equal(new Set(stored.map(({ pdf }) => pdf.sha256)).size, 1);
    const { body } = await getInvoicePdf(deps(), owner, invoice.id);
    const again = await createInvoiceRenderer()((await createBooks(db.manager).invoices.find(invoice.id)) ?? invoice);
    assert.deepEqual(Buffer.from(body), Buffer.from(again));
    assert.deepEqual((await getInvoice(deps(), owner, invoice.id)).pdf, stored[0]?.pdf);
    await assert.rejects(storeInvoicePdf(deps(), newId()), { reason: 'INVOICE_NOT_FOUND' });
  });

  it('are refused as PDF when the stored bytes are not those that were made', async () => {
    const invoice = await anIssued();
    await storeInvoicePdf(deps(), invoice.id);
    await storage.put(`shops/${invoice.shopId}/${invoice.id}.pdf`, Buffer.from('forged'), { contentType: 'x/y' });
    await assert.rejects(getInvoicePdf(deps(), owner, invoice.id), /is not the one that was made/);
  });

  it('are seen by the owner of the shop and admins; to others they do not exist', async () => {
    const invoice = await anIssued();
    assert.deepEqual((await getInvoice(deps(), owner, invoice.id)).invoice, invoice);
    assert.ok(await getInvoice(deps(), { ...stranger, admin: true }, invoice.id));
    for (const read of [getInvoice, getInvoicePdf]) {
      await assert.rejects(read(deps(), stranger, invoice.id), { code: 'not_found', reason: 'INVOICE_NOT_FOUND' });
      await assert.rejects(read(deps(), owner, newId()), { code: 'not_found', reason: 'INVOICE_NOT_FOUND' });
    }
    const query = { shopId: invoice.shopId, limit: 10, after: undefined };
    await assert.rejects(listInvoices(deps(), stranger, query), { reason: 'SHOP_NOT_FOUND' });
  });

  it('are listed newest first, page by page', async () => {
    const shopId = newId();
    const { number: _number, id: _id, issuedAt: _at, ...draft } = anInvoice({ shopId });
    const { invoices } = createBooks(db.manager);
    for (let n = 0; n < 5; n++) await invoices.issue({ ...draft, source: newId() }, { id: newId(), at: new Date() });
    const seen: string[] = [];
    let after: { at: Date; id: string } | undefined;
    for (;;) {
      const page = await listInvoices(deps(), owner, { shopId, limit: 2, after });
      const last = page.at(-1)?.invoice;
      if (last === undefined) break;
      seen.push(...page.map(({ invoice }) => invoice.number));
      after = { at: last.issuedAt, id: last.id };
    }
    assert.equal(seen.length, 5);
    assert.deepEqual(seen, seen.toSorted().toReversed());
  });

  it('refuse amounts that do not add up, in the table itself', async () => {
    const { number: _number, id: _id, issuedAt: _at, ...draft } = anInvoice();
    const wrong = { ...draft, source: newId(), total: paise(draft.total + 1) };
    const issued = createBooks(db.manager).invoices.issue(wrong, { id: newId(), at: new Date() });
    await assert.rejects(issued, /ck_invoice_total/);
  });
});
