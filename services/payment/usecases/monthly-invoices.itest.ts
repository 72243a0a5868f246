import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { creditInvoice } from './credit-invoice.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { getInvoiceSettings, setInvoiceSettings } from './invoice-settings.ts';
import { issueMonthlyInvoices } from './issue-monthly-invoices.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';
import { reverseHold } from './reverse-hold.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };
/** As clocks in India show it. */
const india = (text: string) => new Date(`${text}:00+05:30`);

describe('monthly invoices', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('monthly')));
  after(() => close());

  const deps = (at: Date) => ({ ...holdDeps(db), now: () => at });
  const monthly = (shopId: string, wanted = true) =>
    setInvoiceSettings(deps(new Date()), owner, { shopId, monthly: wanted });
  const aShop = async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    await monthly(shopId);
    return shopId;
  };
  /** A campaign that is settled at some time: what its workflow does, up to asking for an invoice. */
  const settle = async (shopId: string, at: Date, captured = 10) => {
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(deps(at), { key, shopId, lines: hundredRupees });
    await captureTo(deps(at), { key, quantities: new Map([['whatsapp', captured]]) });
    await releaseHold(deps(at), { key, shopId });
    return { key, invoice: await finaliseHoldInvoice(deps(at), key) };
  };
  const sweep = (at: Date) => issueMonthlyInvoices(deps(at), { limit: 100 });
  const invoicesOf = (shopId: string) =>
    createBooks(db.manager).invoices.list({ shopId, limit: 100, after: undefined });
  const captured = async (shopId: string) => {
    const [{ sum }] = await db.query(
      "SELECT COALESCE(SUM(captured_cash_paise), 0) AS sum FROM hold WHERE shop_id = ? AND state <> 'reversed'",
      [Buffer.from(shopId.replaceAll('-', ''), 'hex')],
    );
    return Number(sum);
  };

  it('are an option of the owner, off until then', async () => {
    const shopId = newId();
    assert.equal((await getInvoiceSettings(deps(new Date()), owner, shopId)).monthly, false);
    await monthly(shopId);
    await monthly(shopId);
    assert.equal((await getInvoiceSettings(deps(new Date()), owner, shopId)).monthly, true);
    const stranger = { userId: newId(), admin: false };
    await assert.rejects(getInvoiceSettings(deps(new Date()), stranger, shopId), { reason: 'SHOP_NOT_FOUND' });
    await assert.rejects(setInvoiceSettings(deps(new Date()), stranger, { shopId, monthly: true }), {
      reason: 'SHOP_NOT_FOUND',
    });
  });

  it('cover what was captured in the month, once, however many sweep and whatever dies', async () => {
    const shopId = await aShop();
    for (const [day, quantity] of [
      ['01', 7],
      ['15', 33],
      ['30', 50],
    ] as const) {
      assert.equal((await settle(shopId, india(`2026-11-${day}T12:00`), quantity)).invoice, undefined);
    }
    assert.deepEqual(await sweep(india('2026-11-30T23:20')), { issued: 0, last: undefined, failures: [] });
    const late = india('2026-11-30T23:40');
    const { inTransaction, ...rest } = deps(late);
    const dying: typeof inTransaction = (work) =>
      inTransaction(async (books) => {
        await work(books);
        throw new Error('killed');
      });
    const { failures } = await issueMonthlyInvoices({ ...rest, inTransaction: dying }, { limit: 10 });
    assert.deepEqual(failures, [`shop ${shopId}: Error: killed`]);
    assert.deepEqual(await invoicesOf(shopId), []);
    const sweeps = await Promise.all(Array.from({ length: 10 }, () => sweep(late)));
    assert.equal(
      sweeps.reduce((sum, { issued }) => sum + issued, 0),
      1,
    );
    const [invoice, ...others] = await invoicesOf(shopId);
    assert.ok(invoice);
    assert.deepEqual([others.length, invoice.lines.length, invoice.kind], [0, 3, 'tax_invoice']);
    assert.equal(invoice.total, await captured(shopId));
    const [event] = await db.query('SELECT topic, payload FROM outbox WHERE ordering_key = ?', [invoice.id]);
    assert.deepEqual([event.topic, JSON.parse(event.payload).kind], ['document.issued', 'campaigns']);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('bear the number of the financial year in which the month ended, and what ends later that of the next', async () => {
    const shopId = await aShop();
    await settle(shopId, india('2027-03-02T10:00'), 11);
    await settle(shopId, india('2027-03-31T23:10'), 12);
    await sweep(india('2027-03-31T23:31'));
    await settle(shopId, india('2027-03-31T23:58'), 13);
    await sweep(india('2027-04-01T00:05'));
    await settle(shopId, india('2027-04-01T09:00'), 14);
    await sweep(india('2027-04-01T09:10'));
    const [next, last, ...others] = await invoicesOf(shopId);
    assert.ok(next && last);
    assert.equal(others.length, 0, 'April waits for its end');
    assert.match(last.number, /^DOF\/2627\/\d{6}$/);
    assert.equal(next.number, 'DOF/2728/000001');
    assert.deepEqual([last.lines.length, next.lines.length], [2, 1]);
    await sweep(india('2027-04-30T23:45'));
    const total = (await invoicesOf(shopId)).reduce((sum, invoice) => sum + invoice.total, 0);
    assert.equal(total, await captured(shopId));
  });

  it('of one shop cannot be made, which holds up no other one', async () => {
    const shops = [await aShop(), await aShop(), await aShop()].toSorted();
    for (const shopId of shops) await settle(shopId, india('2027-04-10T10:00'));
    const [broken = '', ...others] = shops;
    const { inTransaction, ...rest } = deps(india('2027-04-30T23:50'));
    const failing: typeof inTransaction = (work) =>
      inTransaction((books) => {
        const listWaiting: typeof books.monthlyHolds.listWaiting = (shopId, before) =>
          shopId === broken ? Promise.reject(new Error('no rate')) : books.monthlyHolds.listWaiting(shopId, before);
        return work({ ...books, monthlyHolds: { ...books.monthlyHolds, listWaiting } });
      });
    const { failures } = await issueMonthlyInvoices({ ...rest, inTransaction: failing }, { limit: 10 });
    assert.deepEqual(failures, [`shop ${broken}: Error: no rate`]);
    const counts = await Promise.all([broken, ...others].map(async (shopId) => (await invoicesOf(shopId)).length));
    assert.deepEqual(counts, [0, 1, 1]);
    await sweep(india('2027-04-30T23:55'));
    assert.equal((await invoicesOf(broken)).length, 1, 'it is tried again');
  });

  it('leave alone what is invoiced by itself, and go on for what waits when the option is switched off', async () => {
    const shopId = await aShop();
    await monthly(shopId, false);
    const own = await settle(shopId, india('2027-05-03T10:00'));
    assert.ok(own.invoice);
    await monthly(shopId);
    assert.deepEqual(await finaliseHoldInvoice(deps(india('2027-05-04T10:00')), own.key), own.invoice);
    const waiting = await settle(shopId, india('2027-05-05T10:00'));
    await monthly(shopId, false);
    assert.equal(await finaliseHoldInvoice(deps(india('2027-05-06T10:00')), waiting.key), undefined);
    await sweep(india('2027-05-31T23:50'));
    assert.equal((await invoicesOf(shopId)).length, 2);
    assert.equal(await finaliseHoldInvoice(deps(india('2027-06-01T10:00')), waiting.key), undefined);
  });

  it('have nothing of a campaign that was taken back before, which is refused afterwards; then it is credited', async () => {
    const shopId = await aShop();
    const [kept, back] = [
      await settle(shopId, india('2027-06-03T10:00'), 20),
      await settle(shopId, india('2027-06-04T10:00'), 30),
    ];
    await reverseHold(deps(india('2027-06-05T10:00')), back.key);
    await sweep(india('2027-06-30T23:50'));
    const [invoice] = await invoicesOf(shopId);
    assert.ok(invoice);
    assert.deepEqual([invoice.lines.length, invoice.total], [1, await captured(shopId)]);
    const later = deps(india('2027-07-01T10:00'));
    await assert.rejects(reverseHold(later, kept.key), { reason: 'INVOICED' });
    const note = await creditInvoice(later, {
      invoiceId: invoice.id,
      requestId: 'r',
      reason: 'not delivered',
      credit: 'everything',
    });
    assert.equal(note.total, invoice.total);
    const [entry] = await db.query(
      `SELECT a.code FROM entry e JOIN journal j ON j.id = e.journal_id JOIN ledger_account a ON a.id = e.account_id
        WHERE j.idempotency_key = ? AND a.code LIKE '%REVENUE'`,
      [`credit-note/${note.id}`],
    );
    assert.equal(entry.code, 'CAMPAIGN_REVENUE');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('are issued page by page', async () => {
    const shops = await Promise.all(Array.from({ length: 3 }, aShop));
    for (const shopId of shops) await settle(shopId, india('2027-08-03T10:00'));
    const at = india('2027-08-31T23:50');
    let issued = 0;
    for (let page = await issueMonthlyInvoices(deps(at), { limit: 2 }); ; ) {
      issued += page.issued;
      if (page.last === undefined) break;
      page = await issueMonthlyInvoices(deps(at), { limit: 2, after: page.last });
    }
    assert.equal(issued, 3);
  });
});
