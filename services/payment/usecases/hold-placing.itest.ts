import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { microRupees } from '@doffers/money';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, dyingHoldDeps, holdDeps, hundredRupees } from '../test/hold-books.ts';
import { auditOf, cleanAudit, paymentDatabase } from '../test/payment-database.ts';
import { grantEntitlement } from './grant-entitlement.ts';
import { createHoldPlacing } from './hold-placing.ts';

describe('a group of holds', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('hold-placing')));
  after(() => close());

  const aKey = () => `campaign/${newId()}/hold/1`;
  const request = (shopId: string, key = aKey(), lines = hundredRupees) => ({ key, shopId, lines });
  const heldBy = async (shopId: string) => (await createBooks(db.manager).wallets.find(shopId))?.heldCash;
  const outcome = (placing: Promise<{ state: string }>) =>
    placing.then(
      ({ state }) => state,
      (error: unknown) => (error instanceof DomainError ? error.reason : String(error)),
    );

  /** Deps that count transactions, and let something happen before each of them. */
  const watched = (beforeEach: () => Promise<unknown> = async () => undefined) => {
    const deps = holdDeps(db);
    let transactions = 0;
    const inTransaction: typeof deps.inTransaction = async (work) => {
      transactions += 1;
      await beforeEach();
      return deps.inTransaction(work);
    };
    return { deps: { ...deps, inTransaction }, transactions: () => transactions };
  };

  it('is placed in one transaction, whatever wallets it is of, and the books agree', async () => {
    const shops = await Promise.all(Array.from({ length: 5 }, () => aFundedShop(db, 1_000_00)));
    const { deps, transactions } = watched();
    const place = createHoldPlacing(deps);
    const holds = await Promise.all(Array.from({ length: 30 }, (_, n) => place(request(shops[n % 5] ?? ''))));
    assert.equal(new Set(holds.map(({ id }) => id)).size, 30);
    assert.equal(transactions(), 1);
    for (const shopId of shops) assert.equal(await heldBy(shopId), 600_00);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('gives each member its own outcome: the plain ones are placed, the others are decided alone', async () => {
    const rich = await aFundedShop(db, 1_000_00);
    const poor = await aFundedShop(db, 50_00);
    const withUnits = await aFundedShop(db, 1_000_00);
    await holdDeps(db).inTransaction((books) =>
      grantEntitlement(books, {
        shopId: withUnits,
        source: `test/${newId()}`,
        offers: 0,
        messages: { whatsapp: 100 },
        expiresAt: new Date('2027-01-01T00:00:00Z'),
      }),
    );
    const nowhere = newId();
    const unknown = newId();
    const base = holdDeps(db);
    const place = createHoldPlacing({
      ...base,
      async shopAccess(shopId) {
        if (shopId === unknown) throw new DomainError('not_found', 'SHOP_NOT_FOUND', 'there is no such shop');
        return shopId === nowhere
          ? aShopAccess({ shopId, state: '', pincode: '999999', gstin: '' })
          : base.shopAccess(shopId);
      },
    });
    const used = aKey();
    await place(request(rich, used));
    const twice = aKey();
    const other = hundredRupees.map((line) => ({ ...line, quantity: 7 }));
    const outcomes = await Promise.all(
      [
        request(rich),
        request(poor),
        request(rich, used),
        request(rich, used, other),
        request(rich, twice),
        request(rich, twice),
        request(withUnits),
        request(newId()),
        request(nowhere),
        request(unknown),
      ].map((asked) => outcome(place(asked))),
    );
    assert.deepEqual(outcomes, [
      'open',
      'INSUFFICIENT_FUNDS',
      'open',
      'IDEMPOTENCY_KEY_REUSED',
      'open',
      'open',
      'open',
      'INSUFFICIENT_FUNDS',
      'STATE_UNKNOWN',
      'SHOP_NOT_FOUND',
    ]);
    assert.equal(await heldBy(rich), 300_00);
    assert.equal(await heldBy(poor), 0);
    assert.equal(await heldBy(withUnits), 0, 'included messages pay for all of it');
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('whose wallet is spent in the same moment places nothing, and each is decided alone', async () => {
    const shopId = await aFundedShop(db, 300_00);
    const calm = await aFundedShop(db, 300_00);
    let first = true;
    const { deps } = watched(async () => {
      if (!first) return;
      first = false;
      await createHoldPlacing(holdDeps(db))(request(shopId));
    });
    const place = createHoldPlacing(deps);
    const outcomes = await Promise.all([shopId, shopId, shopId, calm].map((id) => outcome(place(request(id)))));
    assert.deepEqual(outcomes.toSorted(), ['INSUFFICIENT_FUNDS', 'open', 'open', 'open']);
    assert.equal(outcomes[3], 'open');
    assert.equal(await heldBy(shopId), 300_00);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('whose wallet is frozen in the same moment places nothing', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const { deps } = watched(() =>
      db.query('UPDATE wallet SET frozen = 1 WHERE shop_id = UNHEX(?)', [shopId.replaceAll('-', '')]),
    );
    const place = createHoldPlacing(deps);
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(place(request(shopId)))));
    assert.deepEqual(outcomes, ['WALLET_FROZEN', 'WALLET_FROZEN', 'WALLET_FROZEN']);
    assert.equal(await heldBy(shopId), 0);
  });

  it('and that of another process share a wallet without an overdraft or a deadlock', async () => {
    const shops = await Promise.all(Array.from({ length: 8 }, () => aFundedShop(db, 1_000_00, 55_00)));
    const processes = [createHoldPlacing(holdDeps(db)), createHoldPlacing(holdDeps(db))];
    const lines = [{ line: 'push', description: 'Push notifications', quantity: 333, rate: microRupees(250_000) }];
    const calls = processes.flatMap((place, at) =>
      Array.from({ length: 80 }, (_, n) => place(request(shops[(n * (at === 0 ? 1 : 3)) % 8] ?? '', aKey(), lines))),
    );
    const outcomes = await Promise.all(calls.map(outcome));
    const counts = Map.groupBy(outcomes, (one) => one);
    // Each costs ₹98.24 with its tax: a wallet pays ten, and its credit of ₹55 is too little for one more.
    assert.deepEqual([...counts.keys()].toSorted(), ['INSUFFICIENT_FUNDS', 'open']);
    assert.equal(counts.get('open')?.length, 80);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });

  it('is no hindrance to a repetition: a hold that stands is answered while its shop cannot be read', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const deps = holdDeps(db);
    const asked = request(shopId);
    const { id } = await createHoldPlacing(deps)(asked);
    const away = { ...deps, shopAccess: () => Promise.reject(new DomainError('unavailable', 'USER_AWAY', 'later')) };
    assert.equal((await createHoldPlacing(away)(asked)).id, id);
    await assert.rejects(createHoldPlacing(away)(request(shopId)), { reason: 'USER_AWAY' });
    assert.equal(await heldBy(shopId), 100_00);
  });

  it('leaves nothing behind when the process dies before the commit, and is placed when it is asked for again', async () => {
    const shopId = await aFundedShop(db, 1_000_00);
    const asked = [request(shopId), request(shopId), request(shopId)];
    const outcomes = await Promise.all(asked.map((one) => outcome(createHoldPlacing(dyingHoldDeps(db))(one))));
    assert.ok(outcomes.every((one) => one.includes('killed')));
    assert.equal(await heldBy(shopId), 0);
    const place = createHoldPlacing(holdDeps(db));
    assert.deepEqual(await Promise.all(asked.map((one) => outcome(place(one)))), ['open', 'open', 'open']);
    assert.equal(await heldBy(shopId), 300_00);
    assert.deepEqual(await auditOf(db), cleanAudit);
  });
});
