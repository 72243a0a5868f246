import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { emptyWallet } from './wallet.ts';
import { follow, noSettings } from './wallet-settings.ts';

const settings = { ...noSettings('s'), alertBelow: paise(500_00) };
const withCash = (cash: number, held = 0) => ({ ...emptyWallet('s'), postedCash: paise(cash), heldCash: paise(held) });

describe('a wallet and its threshold', () => {
  it('cross once on the way down, and again only after the way up', () => {
    let mark = { isLow: false, crossings: 0 };
    const seen = [600_00, 499_99, 100_00, 499_99, 500_00, 499_99].map((cash) => {
      const { crossed, ...next } = follow(mark, withCash(cash), settings);
      mark = next;
      return crossed;
    });
    assert.deepEqual(seen, [false, true, false, false, false, true]);
    assert.equal(mark.crossings, 2);
  });

  it('count what can be spent, not what is held', () =>
    assert.equal(follow({ isLow: false, crossings: 0 }, withCash(900_00, 500_00), settings).crossed, true));

  it('mean nothing without a threshold', () => {
    const followed = follow({ isLow: true, crossings: 3 }, withCash(0), noSettings('s'));
    assert.deepEqual(followed, { isLow: false, crossings: 3, crossed: false });
  });
});
