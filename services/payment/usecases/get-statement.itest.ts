import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { createStatementRenderer } from '../clients/statement-pdf.ts';
import { statementCsv } from '../domain/statement-csv.ts';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { captureTo } from './capture-to.ts';
import { getStatement } from './get-statement.ts';
import { grantPromo } from './grant-promo.ts';
import { placeHold } from './place-hold.ts';
import { releaseHold } from './release-hold.ts';

describe('the statement of a wallet', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('statements')));
  after(() => close());

  const admin = { userId: newId(), admin: true };

  /** ₹1,000 paid in and ₹20 given, of which a campaign used ₹40 with its tax. */
  async function aShopThatSpent(): Promise<string> {
    const deps = holdDeps(db);
    const shopId = await aFundedShop(db, 1_000_00);
    const expiresAt = new Date('2026-12-24T00:00:00Z');
    await grantPromo(deps, admin, { shopId, requestId: newId(), amount: paise(20_00), expiresAt, reason: 'a welcome' });
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(deps, { key, shopId, lines: hundredRupees });
    await captureTo(deps, { key, quantities: new Map([['whatsapp', 40]]) });
    await releaseHold(deps, { key, shopId });
    return shopId;
  }
  const of = (shopId: string, period: string) => getStatement(holdDeps(db), admin, { shopId, period });

  it('adds up to what is in the wallet, and shows nothing of what was only set aside', async () => {
    const shopId = await aShopThatSpent();
    const { opening, rows, closing } = await of(shopId, '2026-11');
    assert.deepEqual(opening, { cash: 0, promo: 0 });
    assert.deepEqual(
      rows.map(({ kind, cash, promo }) => [kind, cash, promo]),
      [
        ['topup', 1_000_00, 0],
        ['promo_grant', 0, 20_00],
        ['capture', -16_40, -20_00],
      ],
    );
    const wallet = await createBooks(db.manager).wallets.find(shopId);
    assert.deepEqual([closing.cash, closing.promo], [wallet?.postedCash, wallet?.postedPromo]);
  });

  it('of the next month begins with what the one before ended with, the one before that with nothing', async () => {
    const shopId = await aShopThatSpent();
    const { closing } = await of(shopId, '2026-11');
    const next = await of(shopId, '2026-12');
    assert.deepEqual([next.opening, next.rows, next.closing], [closing, [], closing]);
    assert.deepEqual((await of(shopId, '2026-10')).closing, { cash: 0, promo: 0 });
  });

  it('is drawn up for a shop without a State too, which is no tax document', async () => {
    const nowhere = { state: '', gstin: '', address: '12, M.G. Road' };
    const shopId = await aShopThatSpent();
    const found = await getStatement(holdDeps(db, nowhere), admin, { shopId, period: '2026-11' });
    assert.deepEqual([found.rows.length, found.parties.placeOfSupply, found.parties.recipient.gstin], [3, '97', '']);
    assert.equal(Buffer.from((await createStatementRenderer()(found)).subarray(0, 5)).toString(), '%PDF-');
  });

  it('is written for a spreadsheet and for people', async () => {
    const found = await of(await aShopThatSpent(), '2026-11');
    const lines = statementCsv(found).split('\r\n');
    assert.equal(lines[1], '2026-11-01,Opening balance,,,,0.00,0.00');
    assert.match(lines[4] ?? '', /^2026-11-24,Campaign messages,campaign\/.*,-16\.40,-20\.00,983\.60,0\.00$/);
    const render = createStatementRenderer();
    const pdf = await render(found);
    assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), '%PDF-');
    assert.deepEqual(await render(found), pdf, 'the same statement gives the same bytes');
  });
});
