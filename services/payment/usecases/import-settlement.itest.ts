import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { istDay } from '@doffers/calendar';
import { type Database, idFromBytes, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { dayBehind, type SettlementLine } from '../domain/settlement.ts';
import { type Books, createBooks } from '../repositories/books.ts';
import { aFundedShop } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { aTopup } from '../test/topups.ts';
import { importSettlement, settlementPage } from './import-settlement.ts';

const now = new Date('2026-11-24T06:00:00Z');
const today = istDay(now);

describe('the settlement of the gateway', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('settlements')));
  after(() => close());
  beforeEach(async () => {
    for (const table of ['settlement_line', 'recon_break', 'topup']) await db.query(`DELETE FROM ${table}`);
  });

  const books = () => createBooks(db.manager);
  const inTransaction = <T>(work: (inOne: Books) => Promise<T>) => transaction(db, (tx) => work(createBooks(tx)));
  const deps = () => ({ books: books(), inTransaction, newId, now: () => now });
  const admin = { userId: newId() };
  const breaks = async () =>
    (await books().reconciliation.listBreaks({ includeResolved: true })).map(({ kind, reference }) => [
      kind,
      reference,
    ]);

  /** A top-up of ₹1,000 that was credited on a day in India, and the line that settles it. */
  async function paid(day: string): Promise<SettlementLine> {
    const shopId = await aFundedShop(db, 0, 100);
    const [payment, order] = [`pay_${newId()}`, `order_${newId()}`];
    const topup = aTopup({ id: newId(), shopId, amount: paise(1_000_00) });
    await db.query(
      `INSERT INTO topup (id, shop_id, request_id, request_hash, amount_paise, place_of_supply, created_at, expires_at,
                          order_id, payment_id, credited_at)
        VALUES (UNHEX(REPLACE(?, '-', '')), UNHEX(REPLACE(?, '-', '')), ?, '', ?, '27', ?, ?, ?, ?, ?)`,
      [topup.id, shopId, newId(), topup.amount, now, now, order, payment, new Date(`${day}T12:00:00+05:30`)],
    );
    return {
      type: 'payment',
      entityId: payment,
      settlementId: 'setl_1',
      amount: topup.amount,
      currency: 'INR',
      credit: paise(976_40),
      debit: paise(0),
      fee: paise(23_60),
      orderId: order,
    };
  }

  it('that agrees opens no break, and is kept once however often it is handed in', async () => {
    const lines = [await paid(today), await paid(today)];
    assert.deepEqual(await importSettlement(deps(), admin, { lines, dryRun: true }), {
      lines: 2,
      added: 0,
      findings: [],
    });
    assert.deepEqual(await importSettlement(deps(), admin, { lines, dryRun: false }), {
      lines: 2,
      added: 2,
      findings: [],
    });
    assert.deepEqual(await importSettlement(deps(), admin, { lines, dryRun: false }), {
      lines: 2,
      added: 0,
      findings: [],
    });
    assert.deepEqual(await breaks(), []);
    const handedIn: { by: Buffer; line_count: number; added: number }[] = await db.query(
      'SELECT imported_by AS `by`, line_count, added FROM settlement_import ORDER BY id',
    );
    assert.deepEqual(
      handedIn.map(({ by, line_count, added }) => [idFromBytes(by), line_count, added]),
      [
        [admin.userId, 2, 2],
        [admin.userId, 2, 0],
      ],
    );
  });

  it('is kept only together with who handed it in', async () => {
    const lines = [await paid(today)];
    const nobody = { userId: 'nobody' };
    await assert.rejects(importSettlement(deps(), nobody, { lines, dryRun: false }));
    assert.equal((await importSettlement(deps(), admin, { lines, dryRun: false })).added, 1);
  });

  it('that differs opens a break for each payment, and none in a dry run', async () => {
    const line = await paid(today);
    const twice = { ...line, settlementId: 'setl_2' };
    const unknown = { ...line, entityId: 'pay_unknown' };
    const dry = await importSettlement(deps(), admin, { lines: [line, twice, unknown], dryRun: true });
    assert.deepEqual(
      dry.findings.map(({ reference }) => reference),
      [line.entityId, 'pay_unknown'],
    );
    assert.deepEqual(await breaks(), []);
    await importSettlement(deps(), admin, { lines: [line], dryRun: false });
    const later = await importSettlement(deps(), admin, { lines: [twice], dryRun: false });
    assert.equal(later.findings.length, 1, 'it was settled before, by another settlement');
    assert.deepEqual(await breaks(), [['settlement_differs', line.entityId]]);
  });

  it('is fetched day by day up to yesterday, and goes on where it was when the gateway is away', async () => {
    const line = await paid(dayBehind(today, -3));
    const asked: string[] = [];
    const settlementOf = async (day: string) => {
      if (asked.push(day) === 2) throw new Error('away');
      return day === dayBehind(today, -1) ? [line] : [];
    };
    const page = (position: string | undefined) => settlementPage({ ...deps(), settlementOf }, position);
    const first = await page(undefined);
    assert.deepEqual([first.last, first.isThrough], [dayBehind(today, -3), false]);
    await assert.rejects(page(first.last), /away/);
    const second = await page(first.last);
    const third = await page(second.last);
    assert.deepEqual([third.examined, third.last, third.isThrough], [1, dayBehind(today, -1), true]);
    assert.deepEqual((await page(third.last)).last, undefined, 'today is not over');
    assert.equal(asked.length, 4);
    assert.deepEqual(first.findings.concat(second.findings, third.findings), []);
  });

  it('misses what was paid ten days before and did not come, or came only in part', async () => {
    const [whole, part, none] = await Promise.all([1, 2, 3].map(() => paid(dayBehind(today, -11))));
    assert.ok(whole && part && none);
    const half = { ...part, amount: paise(500_00), credit: paise(488_20), fee: paise(11_80) };
    await importSettlement(deps(), admin, { lines: [whole, half], dryRun: false });
    const settlementOf = async () => [];
    const { findings } = await settlementPage({ ...deps(), settlementOf }, dayBehind(today, -2));
    const missing = findings.map(({ kind, reference, details }) => [kind, reference, details.settledPaise]);
    assert.deepEqual(
      new Set(missing.map(String)),
      new Set([`settlement_missing,${part.entityId},50000`, `settlement_missing,${none.entityId},0`]),
    );
  });

  it('asks for nothing before anybody has paid', async () => {
    const settlementOf = () => assert.fail('there is nothing to compare');
    const page = await settlementPage({ ...deps(), settlementOf }, undefined);
    assert.deepEqual([page.examined, page.isThrough, page.last], [0, true, undefined]);
  });
});
