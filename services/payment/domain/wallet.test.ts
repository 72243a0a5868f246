import assert from 'node:assert/strict';
import { it } from 'node:test';
import { paise } from '@doffers/money';
import { emptyWallet, totalsOf } from './wallet.ts';

it('what is held belongs to the shop but cannot be spent', () => {
  const wallet = {
    ...emptyWallet('shop'),
    postedCash: paise(1_000),
    heldCash: paise(300),
    postedPromo: paise(200),
    heldPromo: paise(50),
  };
  assert.deepEqual(totalsOf(wallet), { posted: 1_200, held: 350, available: 850, promo: 150 });
});

it('a wallet into which nobody paid is empty', () => {
  assert.deepEqual(totalsOf(emptyWallet('shop')), { posted: 0, held: 0, available: 0, promo: 0 });
});
