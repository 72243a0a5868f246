import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, idFromBytes, idToBytes, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import { renewalBill } from '../domain/bill.ts';
import type { CheckId } from '../domain/reconciliation.ts';
import { refundOfCredit, refundRequested } from '../domain/refund.ts';
import { refundVoucher } from '../domain/refund-voucher.ts';
import { topupCredit } from '../domain/topup-credit.ts';
import { createBooks } from '../repositories/books.ts';
import { createLedgerChain, firstIdAt, genesis, sealHash } from '../repositories/ledger-chain.ts';
import { aFundedShop, aShopAccess, holdDeps, hundredRupees, payIn } from '../test/hold-books.ts';
import { anInvoice } from '../test/invoices.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { aSubscription } from '../test/subscriptions.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { captureTo } from './capture-to.ts';
import { changeWallet } from './change-wallet.ts';
import { chargePurchase, refundPurchase } from './charge-purchase.ts';
import { expireHolds } from './expire-holds.ts';
import { finaliseHoldInvoice } from './finalise-hold-invoice.ts';
import { grantEntitlement } from './grant-entitlement.ts';
import { grantPurchase } from './grant-purchase.ts';
import { issueMonthlyInvoices } from './issue-monthly-invoices.ts';
import { placeHold } from './place-hold.ts';
import { purchasePack } from './purchase-pack.ts';
import { type CheckDeps, reconChecks } from './recon-checks.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';
import { releaseHold } from './release-hold.ts';
import { resolveBreak } from './resolve-break.ts';
import { reverseHold } from './reverse-hold.ts';

/** Ids carry the real time, so the clock of a test that looks back stands two days ahead of it. */
const later = new Date(Math.max(Date.now() + 48 * 3_600_000, Date.parse('2026-12-01T00:00:00Z')));
const admin = { userId: newId() };

describe('reconciliation', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('reconciliation')));
  after(() => close());

  const running = new Set<string>();
  const sent = new Map<string, number>();
  const checkDeps = (pageSize = 100): CheckDeps => ({
    ...holdDeps(db),
    now: () => later,
    isWorkflowClosed: async (holdKey: string) => !running.has(holdKey),
    billableOf: async (id: string) => new Map([['whatsapp', sent.get(id) ?? 0]]),
    settlementOf: async () => [],
    chainHash: sealHash,
    firstIdAt,
    genesis,
    pageSize,
  });
  const deps = (changes: Partial<ReconcileDeps> = {}, pageSize = 100): ReconcileDeps => {
    const common = { ...holdDeps(db), now: () => later };
    const checks = reconChecks(checkDeps(pageSize));
    return { ...common, checks, elapsed: () => performance.now(), ...changes };
  };
  const run = async (pageSize?: number) => {
    await seal();
    return reconcile(deps({}, pageSize), { budgetMs: 60_000 });
  };
  const seal = () =>
    transaction(db, (tx) => createLedgerChain(tx).seal({ after: Buffer.alloc(16), limit: 10_000, at: later }));
  const breaks = () => createBooks(db.manager).reconciliation.listBreaks({ includeResolved: false });
  const statusOf = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.status;

  /** Plants a disagreement, sees it found by its check, then resolves it and repairs the books. */
  const finds = async (
    check: CheckId,
    wanted: { kind: string; reference: string; shopId?: string },
    repair: () => Promise<unknown>,
  ) => {
    const { checks } = await run();
    assert.deepEqual(
      checks.filter(({ breaks }) => breaks > 0).map(({ check }) => check),
      [check],
    );
    const [found, ...others] = await breaks();
    assert.deepEqual([found?.kind, found?.reference, others], [wanted.kind, wanted.reference, []]);
    const { shopId } = wanted;
    if (shopId !== undefined) assert.equal(await statusOf(shopId), 'parked');
    await run();
    assert.equal((await breaks()).length, 1, 'seen twice is one break');
    await repair();
    const command = { breakId: found?.id ?? '', requestId: newId(), note: 'looked at' };
    await resolveBreak(deps(), admin, command);
    if (shopId !== undefined) assert.equal(await statusOf(shopId), 'active');
    assert.ok((await run()).checks.every(({ breaks, complete }) => breaks === 0 && complete));
  };

  const aSettledHold = async (
    captured = 40,
    invoice: (key: string) => Promise<unknown> = (key) => finaliseHoldInvoice(holdDeps(db), key),
    close?: (key: string) => Promise<unknown>,
    shop?: string,
  ) => {
    const shopId = shop ?? (await aFundedShop(db, 1_000_00, 10_00));
    const campaignId = newId();
    const key = `campaign/${campaignId}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    await captureTo(holdDeps(db), { key, quantities: new Map([['whatsapp', captured]]) });
    if (close === undefined) await releaseHold(holdDeps(db), { key, shopId });
    else await close(key);
    await invoice(key);
    sent.set(campaignId, captured);
    return { key, shopId, campaignId };
  };

  it('finds nothing in healthy books, page by page, with holds that are open and settled', async () => {
    for (let n = 0; n < 4; n++) await aSettledHold(10 * n);
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    running.add(key);
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    const { checks } = await run(3);
    assert.ok(
      checks.every(({ breaks, complete }) => breaks === 0 && complete),
      JSON.stringify(checks),
    );
    assert.ok((checks.find(({ check }) => check === 'R1')?.examined ?? 0) > 10);
    assert.ok((checks.find(({ check }) => check === 'R4')?.examined ?? 0) >= 4);
    const again = await run();
    assert.equal(again.checks.find(({ check }) => check === 'R4')?.examined, 0, 'what agreed is not compared again');
  });

  it('leaves out what an earlier part has done, and goes on with the others where they stood', async () => {
    const pages = { R2: 0, R3: 0 };
    const endsAt = { R2: 1, R3: 3 };
    const checks = (['R2', 'R3'] as const).map((id) => ({
      id,
      isAppendOnly: false,
      async page(after: string | undefined) {
        pages[id]++;
        const at = Number(after ?? 0) + 1;
        return { examined: 1, findings: [], last: String(at), isThrough: at === endsAt[id] };
      },
    }));
    // Time is always over: each part takes one page of each check.
    const part = async (skipped: readonly string[]) =>
      (await reconcile(deps({ checks, elapsed: () => 0 }), { budgetMs: 0, skipped })).checks.map(
        ({ check, complete }) => [check, complete],
      );
    assert.deepEqual(await part([]), [
      ['R2', true],
      ['R3', false],
    ]);
    assert.deepEqual(await part(['R2']), [['R3', false]]);
    assert.deepEqual(await part(['R2']), [['R3', true]]);
    assert.deepEqual(pages, { R2: 1, R3: 3 });
  });

  it('runs the other checks when one fails, and says why that one did not get through', async () => {
    const failing = { id: 'R1' as const, isAppendOnly: false, page: () => Promise.reject(new Error('no answer')) };
    const others = reconChecks(checkDeps()).filter(({ id }) => id !== 'R1');
    const { checks, id } = await reconcile(deps({ checks: [failing, ...others] }), { budgetMs: 60_000 });
    const failed = { check: 'R1', examined: 0, breaks: 0, complete: false, error: 'Error: no answer' };
    assert.deepEqual(checks[0], failed);
    assert.ok(checks.slice(1).every(({ complete }) => complete));
    const runs = await createBooks(db.manager).reconciliation.listRuns();
    assert.deepEqual(runs.find((run) => run.id === id)?.checks[0], failed);
  });

  it('R2 finds a wallet whose balance nobody has moved, and parks it', async () => {
    const shopId = await aFundedShop(db, 500_00);
    const set = (by: number) =>
      db.query('UPDATE wallet SET posted_cash_paise = posted_cash_paise + ? WHERE shop_id = ?', [
        by,
        idToBytes(shopId),
      ]);
    await set(1);
    await finds('R2', { kind: 'wallet_drift', reference: shopId, shopId }, () => set(-1));
  });

  it('R3 finds a hold that is open though its time is over and its workflow has ended', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    const wanted = { kind: 'hold_without_workflow', reference: key, shopId };
    await finds('R3', wanted, () => releaseHold(holdDeps(db), { key, shopId }));
  });

  it('R4 finds a campaign that paid for more than was delivered', async () => {
    const { key, shopId, campaignId } = await aSettledHold();
    sent.set(campaignId, 39);
    await finds('R4', { kind: 'delivery_drift', reference: key, shopId }, async () => sent.set(campaignId, 40));
  });

  it('R4 finds deliveries that nobody paid for, and stops no shop for them', async () => {
    const { key, shopId, campaignId } = await aSettledHold();
    sent.set(campaignId, 41);
    await finds('R4', { kind: 'delivery_unbilled', reference: key }, async () => {
      assert.equal(await statusOf(shopId), 'active');
      sent.set(campaignId, 40);
    });
  });

  it('R4 finds a hold that was captured and has no invoice, an hour later', async () => {
    const { key, shopId } = await aSettledHold(40, async () => undefined);
    const now = () => new Date('2026-11-24T06:30:00Z');
    const soon = reconChecks({ ...checkDeps(), now }).filter(({ id }) => id === 'R4');
    const early = await reconcile(deps({ checks: soon }), { budgetMs: 60_000 });
    assert.deepEqual(
      early.checks.map(({ examined, breaks }) => [examined, breaks]),
      [[1, 0]],
    );
    await finds('R4', { kind: 'invoice_drift', reference: key, shopId }, () => finaliseHoldInvoice(holdDeps(db), key));
  });

  it('R4 agrees with holds that expired, were reversed, or were followed by another launch', async () => {
    const expired = await aSettledHold(
      40,
      async () => undefined,
      async (key) => {
        const deps = { ...holdDeps(db), now: () => new Date('2026-11-26T06:00:00Z') };
        assert.equal(
          (await expireHolds({ ...deps, isWorkflowClosed: async (k) => k === key }, { limit: 100 })).expired,
          1,
        );
      },
    );
    await finaliseHoldInvoice(holdDeps(db), expired.key);
    const reversed = await aSettledHold(40, async () => undefined);
    await reverseHold(holdDeps(db), reversed.key);
    const first = await aSettledHold(0);
    const second = first.key.replace(/1$/, '2');
    await placeHold(holdDeps(db), { key: second, shopId: first.shopId, lines: hundredRupees });
    await captureTo(holdDeps(db), { key: second, quantities: new Map([['whatsapp', 7]]) });
    await releaseHold(holdDeps(db), { key: second, shopId: first.shopId });
    await finaliseHoldInvoice(holdDeps(db), second);
    sent.set(first.campaignId, 7);
    const { checks } = await run();
    assert.ok(
      checks.every(({ breaks }) => breaks === 0),
      JSON.stringify(await breaks()),
    );
    assert.equal((await run()).checks.find(({ check }) => check === 'R4')?.examined, 0);
  });

  it('R4 finds what was captured beside its charge, and beside its invoice', async () => {
    const { key, shopId } = await aSettledHold(0);
    const set = (cash: number) =>
      db.query(
        'UPDATE hold SET captured_cash_paise = ?, released_cash_paise = amount_cash_paise - ? WHERE idempotency_key = ?',
        [cash, cash, key],
      );
    await set(1);
    const { checks } = await run();
    assert.deepEqual(
      checks.filter(({ breaks }) => breaks > 0).map(({ check }) => check),
      ['R4'],
    );
    const kinds = (await breaks()).map(({ kind }) => kind).toSorted();
    assert.deepEqual(kinds, ['capture_drift', 'invoice_drift']);
    await set(0);
    const [first, second] = await breaks();
    await resolveBreak(deps(), admin, { breakId: first?.id ?? '', requestId: newId(), note: 'one' });
    assert.equal(await statusOf(shopId), 'parked', 'while another break is open');
    await resolveBreak(deps(), admin, { breakId: second?.id ?? '', requestId: newId(), note: 'two' });
    assert.equal(await statusOf(shopId), 'active');
  });

  it('R5 finds a number that is missing from its series', async () => {
    const { supplier_gstin, kind, financial_year } = (await db.query('SELECT * FROM invoice_series LIMIT 1'))[0];
    const set = (by: number) => db.query('UPDATE invoice_series SET last_serial = last_serial + ?', [by]);
    await set(1);
    const reference = `${supplier_gstin}/${kind}/${financial_year}`;
    await finds('R5', { kind: 'series_gap', reference }, () => set(-1));
  });

  it('R6 finds a receipt voucher whose tax the ledger does not know', async () => {
    const { number: _number, id: _id, issuedAt: _at, ...draft } = anInvoice({ kind: 'receipt_voucher' });
    const source = `topup/${newId()}`;
    const { number } = await transaction(db, (tx) =>
      createBooks(tx).invoices.issue({ ...draft, source }, { id: newId(), at: new Date() }),
    );
    const { checks } = await run();
    assert.equal(checks.find(({ check }) => check === 'R6')?.breaks, 1);
    const [found] = await breaks();
    assert.deepEqual([found?.kind, found?.reference], ['topup_tax_drift', number]);
    await resolveBreak(deps(), admin, { breakId: found?.id ?? '', requestId: newId(), note: 'planted' });
    assert.equal((await run()).checks.find(({ check }) => check === 'R6')?.breaks, 0, 'documents are compared once');
  });

  it('R6 finds a refund voucher whose tax is not what the refund gave back', async () => {
    const shopId = await aFundedShop(db, 1);
    const topup = aTopup({ id: newId(), shopId, payment: { id: 'pay_1', creditedAt: later } });
    const plant = async (amount: number, booked: number) => {
      const taxes = { cgst: paise(0), sgst: paise(0), igst: paise(booked) };
      const receipt = { ...anInvoice({ kind: 'receipt_voucher', shopId }), id: newId() };
      const asked = { amount: paise(amount), requestId: newId(), refundedBefore: paise(0) };
      const refund = refundOfCredit(topup, asked, { id: newId(), requestedAt: later, receipt });
      const { original: _original, ...draft } = refundVoucher(receipt, [], { ...refund, refundId: refund.id });
      return transaction(db, async (tx) => {
        const { invoices, ledger, wallets } = createBooks(tx);
        await changeWallet(wallets, { shopId, change: { postedCash: paise(-amount) }, at: later });
        await ledger.post(refundRequested({ ...refund, taxes }), later);
        return invoices.issue(draft, { id: newId(), at: later });
      });
    };
    await payIn(db, shopId, { cash: 200_00 });
    await plant(100_00, 15_25);
    const { number } = await plant(100_00, 15_24);
    const { checks } = await run();
    assert.equal(checks.find(({ check }) => check === 'R6')?.breaks, 1);
    const [found, ...others] = await breaks();
    assert.deepEqual([found?.kind, found?.reference, others], ['refund_tax_drift', number, []]);
    assert.deepEqual(JSON.parse(found?.details ?? ''), { documentPaise: '-1525', bookedPaise: '-1524' });
    await resolveBreak(deps(), admin, { breakId: found?.id ?? '', requestId: newId(), note: 'planted' });
  });

  it('R9 finds an outbox that does not get rid of its messages', async () => {
    const at = new Date();
    await db.query(
      "INSERT INTO outbox (topic, ordering_key, payload, created_at, next_attempt_at) VALUES ('t', 'k', '{}', ?, ?)",
      [at, at],
    );
    const [{ id }] = await db.query('SELECT MAX(id) AS id FROM outbox');
    await finds('R9', { kind: 'outbox_lag', reference: `outbox/${id}` }, () => db.query('DELETE FROM outbox'));
  });

  it('R10 finds a top-up that was credited without its receipt, and none that was given back', async () => {
    const shopId = await aFundedShop(db, 1);
    const pay = async () => {
      const topup = aTopup({ id: newId(), shopId });
      const credit = topupCredit(topup, advanceTerms());
      await transaction(db, async (tx) => {
        const { ledger, wallets } = createBooks(tx);
        await ledger.post(credit, new Date());
        await changeWallet(wallets, { shopId, change: { postedCash: topup.amount }, at: new Date() });
      });
      return topup;
    };
    const { id } = await pay();
    await finds('R10', { kind: 'document_missing', reference: `topup/${id}` }, async () => undefined);
    const buyer = await aFundedShop(db, 2_000_00);
    const owner = { userId: aShopAccess().ownerId, admin: false };
    const aChargedPurchase = async () => {
      const request = { shopId: buyer, requestId: newId(), packId: 'offers-5' };
      const { id } = await purchasePack(holdDeps(db), owner, request);
      await db.query('DELETE FROM outbox');
      return chargePurchase(holdDeps(db), id);
    };
    const { id: purchaseId } = await aChargedPurchase();
    await refundPurchase(holdDeps(db), purchaseId);
    const { id: unbilled } = await aChargedPurchase();
    await grantPurchase(holdDeps(db), unbilled);
    await finds('R10', { kind: 'document_missing', reference: `pack-purchase/${unbilled}` }, async () => undefined);
  });

  it('R12 finds a pack that was paid for and not given', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const owner = { userId: aShopAccess().ownerId, admin: false };
    const { id } = await purchasePack(holdDeps(db), owner, { shopId, requestId: newId(), packId: 'offers-5' });
    await db.query('DELETE FROM outbox');
    const become = (state: string) =>
      db.query('UPDATE pack_purchase SET charge_state = ? WHERE id = ?', [state, idToBytes(id)]);
    await become('charged');
    await finds('R12', { kind: 'paid_for_nothing', reference: `pack-purchase/${id}` }, () => become('void'));
  });

  it('R12 finds a month that was paid for and not begun', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const subscription = aSubscription({ id: newId(), shopId });
    const books = createBooks(db.manager);
    await books.subscriptions.insert({ shopId, requestId: newId(), planId: 'starter' }, subscription);
    const supply = await holdDeps(db).supplyOf(aShopAccess({ shopId }), 'subscription');
    const about = { id: newId(), key: `paid/${newId()}`, supply, createdAt: holdDeps(db).now() };
    const bill = await books.bills.createOnce({ ...renewalBill(subscription, about), charge: 'charged' });
    const wanted = { kind: 'paid_for_nothing', reference: `subscription-bill/${bill.id}` };
    await finds('R12', wanted, () => books.bills.save({ ...bill, active: true }));
  });

  it('R11 finds included messages that no hold has used', async () => {
    const shopId = await aFundedShop(db, 1);
    const expiresAt = new Date('2027-01-01T00:00:00Z');
    const entitlement = { shopId, source: `test/${newId()}`, offers: 0, messages: { push: 5 }, expiresAt };
    await transaction(db, (tx) => grantEntitlement(createBooks(tx), entitlement));
    const [{ entitlement_id }] = await db.query('SELECT entitlement_id FROM message_units');
    const set = (used: number) => db.query('UPDATE message_units SET used = ?', [used]);
    await set(2);
    const wanted = { kind: 'units_drift', reference: `${idFromBytes(entitlement_id)}/push`, shopId };
    await finds('R11', wanted, () => set(0));
  });

  it('R8 finds a journal that is no longer what was sealed', async () => {
    await aFundedShop(db, 10_00);
    await seal();
    const [{ id }] = await db.query('SELECT MAX(id) AS id FROM journal');
    const set = async (by: number) => {
      await db.query('DROP TRIGGER journal_no_update');
      await db.query('UPDATE journal SET created_at = created_at + INTERVAL ? SECOND WHERE id = ?', [by, id]);
      await db.query(
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'final'",
      );
    };
    await set(1);
    const [{ seq }] = await db.query('SELECT seq FROM journal_seal WHERE journal_id = ?', [id]);
    await finds('R8', { kind: 'chain_broken', reference: `seal/${seq}` }, () => set(-1));
  });

  it('R8 finds a journal that nobody has sealed, page by page', async () => {
    await aFundedShop(db, 10_00);
    await seal();
    const [{ seq, journal_id: id }] = await db.query('SELECT * FROM journal_seal ORDER BY seq DESC LIMIT 1');
    await db.query('DROP TRIGGER journal_seal_no_delete');
    await db.query('DELETE FROM journal_seal WHERE seq = ?', [seq]);
    const [{ prev, last }] = await db.query(
      'SELECT COUNT(*) AS prev, MAX(seq) AS last FROM journal_seal WHERE seq < ?',
      [seq],
    );
    assert.equal(Number(prev), Number(last));
    const checks = reconChecks(checkDeps(2)).filter(({ id }) => id === 'R8');
    const { checks: results } = await reconcile(deps({ checks }), { budgetMs: 60_000 });
    assert.deepEqual([results[0]?.complete, results[0]?.breaks], [true, 1]);
    const [found] = await breaks();
    assert.deepEqual([found?.kind, found?.reference], ['journal_unsealed', `journal/${idFromBytes(id)}`]);
    await db.query(
      'UPDATE journal_chain SET seq = ?, hash = (SELECT hash FROM journal_seal WHERE seq = ?) WHERE id = 1',
      [last, last],
    );
    await resolveBreak(deps(), admin, { breakId: found?.id ?? '', requestId: newId(), note: 'sealed again' });
    assert.ok((await run()).checks.every(({ breaks, complete }) => breaks === 0 && complete));
  });

  it('R2 sums the entries of at most fifty wallets at once', async () => {
    const { wallets } = createBooks(db.manager);
    for (let n = 0; n < 51; n++) await wallets.open(newId());
    const page = await reconChecks(checkDeps(500))
      .find(({ id }) => id === 'R2')
      ?.page(undefined);
    assert.deepEqual([page?.examined, page?.isThrough], [50, false]);
  });

  it('goes on where its time ran out', async () => {
    for (let n = 0; n < 5; n++) await aFundedShop(db, 1);
    const [{ wallets }] = await db.query('SELECT COUNT(*) AS wallets FROM wallet');
    let examined = 0;
    for (let runs = 0; ; runs++) {
      assert.ok(runs < 100, 'it never gets through');
      const { checks } = await reconcile(deps({}, 2), { budgetMs: 0 });
      const wallet = checks.find(({ check }) => check === 'R2');
      examined += wallet?.examined ?? 0;
      if (wallet?.complete) break;
    }
    assert.equal(examined, Number(wallets));
  });

  it('opens a break again that was resolved but is still there, and refuses to resolve one twice', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const key = `campaign/${newId()}/hold/1`;
    await placeHold(holdDeps(db), { key, shopId, lines: hundredRupees });
    await run();
    const [found] = await breaks();
    const command = { breakId: found?.id ?? '', requestId: newId(), note: 'not looked at' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => resolveBreak(deps(), admin, command)));
    assert.equal(new Set(answers.map(({ resolution }) => resolution?.note)).size, 1);
    const other = { ...command, note: 'found something else' };
    await assert.rejects(resolveBreak(deps(), admin, other), { reason: 'IDEMPOTENCY_KEY_REUSED' });
    await assert.rejects(resolveBreak(deps(), admin, { ...command, requestId: newId() }), { reason: 'BREAK_RESOLVED' });
    await assert.rejects(resolveBreak(deps(), admin, { ...command, breakId: newId(), requestId: newId() }), {
      reason: 'BREAK_NOT_FOUND',
    });
    await run();
    assert.deepEqual([(await breaks()).map(({ id }) => id), await statusOf(shopId)], [[found?.id], 'parked']);
    await releaseHold(holdDeps(db), { key, shopId });
    await resolveBreak(deps(), admin, { ...command, requestId: newId() });
  });

  it('releases a wallet whose breaks two admins resolve at the same time', async () => {
    const { shopId, campaignId } = await aSettledHold();
    sent.set(campaignId, 39);
    const of = (by: number) =>
      db.query('UPDATE wallet SET posted_cash_paise = posted_cash_paise + ? WHERE shop_id = ?', [
        by,
        idToBytes(shopId),
      ]);
    await of(1);
    await run();
    const found = await breaks();
    assert.deepEqual(found.map(({ kind }) => kind).toSorted(), ['delivery_drift', 'wallet_drift']);
    await of(-1);
    sent.set(campaignId, 40);
    const resolve = (breakId: string) => resolveBreak(deps(), admin, { breakId, requestId: newId(), note: 'seen' });
    await Promise.all(found.map(({ id }) => resolve(id)));
    assert.equal(await statusOf(shopId), 'active');
  });

  // Behind the others: documents of a later month are issued.
  it('R4 compares the invoice of a month with all of its campaigns', async () => {
    const { key, shopId } = await aSettledHold(40, async () => undefined);
    const { key: other } = await aSettledHold(30, async () => undefined, undefined, shopId);
    await createBooks(db.manager).monthlyHolds.saveSettings({ shopId, monthly: true }, later);
    for (const each of [key, other]) assert.equal(await finaliseHoldInvoice(holdDeps(db), each), undefined);
    const now = () => new Date('2026-11-25T06:00:00Z');
    const waits = reconChecks({ ...checkDeps(), now }).filter(({ id }) => id === 'R4');
    assert.equal((await reconcile(deps({ checks: waits }), { budgetMs: 60_000 })).checks[0]?.breaks, 0, 'it waits');
    await issueMonthlyInvoices({ ...holdDeps(db), now: () => new Date('2026-12-02T06:00:00Z') }, { limit: 10 });
    await db.query('DELETE FROM outbox');
    const [{ id }] = await db.query('SELECT id FROM invoice WHERE shop_id = ?', [idToBytes(shopId)]);
    const move = (holdKey: string, invoice: Buffer | null) =>
      db.query(
        'UPDATE monthly_hold SET invoice_id = ? WHERE hold_id = (SELECT id FROM hold WHERE idempotency_key = ?)',
        [invoice, holdKey],
      );
    await move(other, null);
    await finds('R4', { kind: 'invoice_drift', reference: key, shopId }, () => move(other, id));
    assert.equal((await run()).checks.find(({ check }) => check === 'R4')?.examined, 0);
  });

  // The last one: what it plants cannot be removed again.
  it('R1 finds a journal whose sides differ', async () => {
    const id = newId();
    const [{ account }] = await db.query('SELECT MIN(id) AS account FROM ledger_account');
    await db.query(
      "INSERT INTO journal (id, idempotency_key, request_hash, kind, reference, created_at) VALUES (?, ?, ?, 'topup', 'r', ?)",
      [idToBytes(id), `planted/${id}`, Buffer.alloc(32), new Date()],
    );
    await db.query(
      'INSERT INTO entry (journal_id, line_no, account_id, debit_paise, credit_paise) VALUES (?, 0, ?, 5, 0)',
      [idToBytes(id), account],
    );
    const { checks } = await run();
    assert.equal(checks.find(({ check }) => check === 'R1')?.breaks, 1);
    assert.ok(
      (await breaks()).some(({ kind, reference }) => kind === 'journal_unbalanced' && reference === `planted/${id}`),
    );
  });
});
