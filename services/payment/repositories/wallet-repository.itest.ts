import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Database, newId, transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { WalletChange } from '../domain/wallet.ts';
import { paymentDatabase } from '../test/payment-database.ts';
import { createWalletRepository } from './wallet-repository.ts';

const at = new Date('2026-11-23T06:00:00Z');

describe('the wallet row', () => {
  let db: Database;
  let close: () => Promise<void>;
  before(async () => ({ db, close } = await paymentDatabase('wallet')));
  after(() => close());

  const wallets = () => createWalletRepository(db.manager);
  const change = (shopId: string, by: WalletChange) =>
    transaction(db, (tx) => createWalletRepository(tx).change(shopId, by, at));
  const walletWith = async (by: WalletChange) => {
    const shopId = newId();
    await wallets().open(shopId);
    assert.equal(await change(shopId, by), true);
    return shopId;
  };

  it('lets exactly ten of two hundred parallel debits of ₹100 through on ₹1,000', async () => {
    const shopId = await walletWith({ postedCash: paise(1_000_00) });
    const debits = Array.from({ length: 200 }, () => change(shopId, { postedCash: paise(-100_00) }));
    const done = (await Promise.all(debits)).filter(Boolean);
    assert.equal(done.length, 10);
    assert.equal((await wallets().find(shopId))?.postedCash, 0);
  });

  it('never holds the same rupee twice, nor spends what is held', async () => {
    const shopId = await walletWith({ postedCash: paise(1_000_00), postedPromo: paise(50_00) });
    const holds = Array.from({ length: 50 }, () => change(shopId, { heldCash: paise(300_00) }));
    assert.equal((await Promise.all(holds)).filter(Boolean).length, 3);
    assert.equal(await change(shopId, { postedCash: paise(-100_01) }), false, 'only ₹100 are not held');
    assert.equal(await change(shopId, { postedCash: paise(-100_00) }), true);
    assert.equal(await change(shopId, { heldCash: paise(-900_01) }), false, 'more than is held');
    assert.equal(await change(shopId, { heldCash: paise(-900_00), postedCash: paise(-900_00) }), true);
  });

  it('keeps the funds apart: promotional credit never covers cash', async () => {
    const shopId = await walletWith({ postedPromo: paise(500_00) });
    assert.equal(await change(shopId, { postedCash: paise(-1) }), false);
    assert.equal(await change(shopId, { heldCash: paise(1) }), false);
    assert.equal(await change(shopId, { heldPromo: paise(500_00) }), true);
  });

  it('is guarded by the table itself as well', async () => {
    const shopId = await walletWith({ postedCash: paise(10), postedPromo: paise(10) });
    for (const fund of ['cash', 'promo']) {
      const spend = `UPDATE wallet SET posted_${fund}_paise = -1`;
      await assert.rejects(db.query(spend), new RegExp(`ck_wallet_${fund}`));
      const overhold = `UPDATE wallet SET held_${fund}_paise = posted_${fund}_paise + 1`;
      await assert.rejects(db.query(overhold), new RegExp(`ck_wallet_${fund}`));
    }
    assert.equal((await wallets().find(shopId))?.postedCash, 10);
  });

  it('answers false for a shop without a wallet, and opens one only once', async () => {
    const shopId = newId();
    assert.equal(await change(shopId, { postedCash: paise(1) }), false);
    assert.equal(await wallets().find(shopId), undefined);
    await Promise.all(Array.from({ length: 20 }, () => wallets().open(shopId)));
    assert.deepEqual(await wallets().find(shopId), {
      shopId,
      postedCash: 0,
      postedPromo: 0,
      heldCash: 0,
      heldPromo: 0,
      expiredPromo: 0,
      status: 'active',
      updatedAt: undefined,
    });
  });
});
