import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId } from '@doffers/database';
import { paise } from '@doffers/money';
import { createBooks } from '../repositories/books.ts';
import { aFundedShop, aShopAccess, holdDeps, payIn } from '../test/hold-books.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { getWalletSettings, setWalletSettings } from './wallet-settings.ts';
import { watchWallets } from './watch-wallets.ts';

const owner = { userId: aShopAccess().ownerId, admin: false };

describe('the settings of a wallet', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('wallet_settings')));
  after(() => close());

  const alertBelow = async (shopId: string, below?: number) => {
    const alert = below === undefined ? undefined : paise(below);
    return (await setWalletSettings(holdDeps(db), owner, { shopId, alertBelow: alert, autoTopup: undefined })).settings;
  };
  const look = () => watchWallets(holdDeps(db));
  const spend = (shopId: string, cash: number) =>
    createBooks(db.manager).wallets.change(shopId, { postedCash: paise(0 - cash) }, new Date());
  const told = async (shopId: string): Promise<unknown[]> => {
    const rows: { payload: string }[] = await db.query(
      "SELECT payload FROM outbox WHERE topic = 'wallet.low' AND ordering_key = ? ORDER BY id",
      [shopId],
    );
    return rows.map(({ payload }) => JSON.parse(payload));
  };

  it('are empty before they are set, belong to the owner, and are replaced as a whole', async () => {
    const shopId = newId();
    assert.equal((await getWalletSettings(holdDeps(db), owner, shopId)).settings.alertBelow, undefined);
    assert.equal((await alertBelow(shopId, 500_00)).alertBelow, 500_00);
    assert.equal((await alertBelow(shopId)).alertBelow, undefined);
    const stranger = { userId: newId(), admin: false };
    await assert.rejects(getWalletSettings(holdDeps(db), stranger, shopId), { reason: 'SHOP_NOT_FOUND' });
    await assert.rejects(
      setWalletSettings(holdDeps(db), stranger, { shopId, alertBelow: paise(1), autoTopup: undefined }),
      {
        reason: 'SHOP_NOT_FOUND',
      },
    );
  });

  it('tell of a low wallet once for each way down, however many look', async () => {
    const shopId = await aFundedShop(db, 600_00);
    await alertBelow(shopId, 500_00);
    await look();
    assert.deepEqual(await told(shopId), []);
    await spend(shopId, 101_00);
    await Promise.all(Array.from({ length: 10 }, look));
    await spend(shopId, 100_00);
    await look();
    assert.deepEqual(await told(shopId), [{ shopId, crossing: 1, availablePaise: 499_00 }]);
    await payIn(db, shopId, { cash: 500_00 });
    await look();
    await spend(shopId, 500_00);
    await look();
    assert.deepEqual((await told(shopId)).slice(1), [{ shopId, crossing: 2, availablePaise: 399_00 }]);
  });

  it('count a wallet that is low already when they are set, and one that never had money', async () => {
    const shopId = newId();
    await alertBelow(shopId, 100_00);
    await look();
    assert.deepEqual(await told(shopId), [{ shopId, crossing: 1, availablePaise: 0 }]);
    await alertBelow(shopId);
    await look();
    await alertBelow(shopId, 100_00);
    await look();
    assert.equal((await told(shopId)).length, 2, 'switched off and on again, it is told of again');
  });

  it('lose no alert when a watcher dies before its transaction ends', async () => {
    const shopId = newId();
    await alertBelow(shopId, 100_00);
    const deps = holdDeps(db);
    const dying: typeof deps.inTransaction = (work) =>
      deps.inTransaction(async (books) => {
        await work(books);
        throw new Error('killed');
      });
    await assert.rejects(watchWallets({ ...deps, inTransaction: dying }), /killed/);
    assert.deepEqual(await told(shopId), []);
    await look();
    assert.equal((await told(shopId)).length, 1);
  });
});
