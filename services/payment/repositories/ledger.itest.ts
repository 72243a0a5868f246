import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { credit, debit, type Journal, journal } from '../domain/ledger.ts';
import { auditOf, paymentDatabase } from '../test/payment-database.ts';
import { createLedger } from './ledger.ts';

const at = new Date('2026-11-23T06:00:00Z');

const paidIn = (shopId: string, amount = 500, key = `topup/${newId()}/credit`): Journal =>
  journal({ key, kind: 'topup', reference: 'a-topup' }, [
    debit({ code: 'GATEWAY_CLEARING' }, paise(amount)),
    credit({ code: 'WALLET_CASH', shopId }, paise(amount)),
  ]);

describe('the ledger', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('ledger')));
  after(() => close());

  const post = (entry: Journal) => transaction(db, (tx) => createLedger(tx).post(entry, at));
  const entriesOf = (shopId: string, limit = 100, after?: { journalId: string; lineNo: number }) =>
    createLedger(db.manager).listWalletEntries({ shopId, limit, after });

  it('writes a journal once, however many callers bring it at the same time', async () => {
    const shopId = newId();
    const entry = paidIn(shopId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(entry)));
    assert.equal(answers.filter((answer) => answer === 'posted').length, 1);
    assert.equal((await entriesOf(shopId)).length, 1);
  });

  it('refuses a key that comes back with another amount', async () => {
    const shopId = newId();
    const first = paidIn(shopId, 500);
    await post(first);
    await assert.rejects(post(paidIn(shopId, 501, first.key)), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    assert.deepEqual(
      (await entriesOf(shopId)).map(({ amount }) => amount),
      [500],
    );
  });

  it('opens each account once when many journals need it for the first time', async () => {
    const shops = Array.from({ length: 10 }, newId);
    await Promise.all(shops.flatMap((shopId) => [post(paidIn(shopId)), post(paidIn(shopId))]));
    for (const shopId of shops) assert.equal((await entriesOf(shopId)).length, 2);
    const [{ accounts }] = await db.query(
      "SELECT COUNT(*) AS accounts FROM ledger_account WHERE code = 'GATEWAY_CLEARING'",
    );
    assert.equal(Number(accounts), 1);
    assert.equal((await auditOf(db)).imbalance, 0);
  });

  it('cannot be changed or shortened, not even by the owner of its tables', async () => {
    await post(paidIn(newId()));
    for (const statement of [
      'UPDATE journal SET reference = reference',
      'DELETE FROM journal',
      'UPDATE entry SET debit_paise = debit_paise + 1 WHERE debit_paise > 0',
      'DELETE FROM entry',
    ]) {
      await assert.rejects(db.query(statement), /append-only/);
    }
  });

  it('refuses an entry with two sides, with none, and with a negative one', async () => {
    const [{ journal_id, account_id }] = await db.query('SELECT journal_id, account_id FROM entry LIMIT 1');
    for (const [debitSide, creditSide] of [
      [1, 1],
      [0, 0],
      [-1, 0],
    ]) {
      const values = [journal_id, 99, account_id, debitSide, creditSide];
      const insert = 'INSERT INTO entry (journal_id, line_no, account_id, debit_paise, credit_paise) VALUES (?)';
      await assert.rejects(db.query(insert, [values]), /ck_entry_one_side/);
    }
  });

  it('lists the movements of a wallet newest first, page by page, without a gap or a repetition', async () => {
    const shopId = newId();
    await post(paidIn(newId()));
    for (const amount of [1, 2, 3, 4, 5, 6, 7]) await post(paidIn(shopId, amount));
    const seen: number[] = [];
    for (let page = await entriesOf(shopId, 3); page.length > 0; page = await entriesOf(shopId, 3, page.at(-1)?.key)) {
      seen.push(...page.map(({ amount }) => amount));
    }
    assert.deepEqual(seen, [7, 6, 5, 4, 3, 2, 1]);
    assert.deepEqual(await entriesOf(newId()), []);
  });
});
