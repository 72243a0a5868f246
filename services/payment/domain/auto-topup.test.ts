import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { type ActiveMandate, type AutoTopup, assertCovered, coolOffMs, isDue } from './auto-topup.ts';
import { emptyWallet } from './wallet.ts';

const now = new Date('2026-11-28T06:00:00Z');
const auto: AutoTopup = {
  below: paise(500_00),
  amount: paise(2_000_00),
  stopReason: undefined,
  openTopupId: undefined,
  lastStartedAt: undefined,
};
const wallet = { ...emptyWallet('s'), postedCash: paise(499_99) };

const nothing = paise(0);

describe('an automatic top-up', () => {
  it('is due below its threshold, unless one is open, it was stopped, or the wallet may not be used', () => {
    assert.equal(isDue(auto, wallet, nothing, now), true);
    assert.equal(isDue(auto, { ...wallet, postedCash: paise(500_00) }, nothing, now), false);
    assert.equal(isDue({ ...auto, openTopupId: 't' }, wallet, nothing, now), false);
    assert.equal(isDue({ ...auto, stopReason: 'payment_declined' }, wallet, nothing, now), false);
    assert.equal(isDue(auto, { ...wallet, status: 'frozen' }, nothing, now), false);
  });

  it('is due for what a subscription owes, however low its threshold is', () => {
    const plenty = { ...wallet, postedCash: paise(588_81) };
    assert.equal(isDue(auto, plenty, paise(588_82), now), true);
    assert.equal(isDue(auto, plenty, paise(588_81), now), false);
  });

  it('cools off for an hour after the last one began', () => {
    const begunAgo = (ms: number) => ({ ...auto, lastStartedAt: new Date(now.getTime() - ms) });
    assert.equal(isDue(begunAgo(coolOffMs - 1), wallet, nothing, now), false);
    assert.equal(isDue(begunAgo(coolOffMs), wallet, nothing, now), true);
  });

  it('takes what a mandate covers, and nothing without one', () => {
    const mandate: ActiveMandate = {
      topupId: 't',
      shopId: 's',
      customerId: 'c',
      tokenId: 'k',
      maxAmount: paise(15_000_00),
      createdAt: now,
    };
    assertCovered(paise(15_000_00), mandate);
    assert.throws(() => assertCovered(paise(15_000_01), mandate), { reason: 'MANDATE_LIMIT' });
    assert.throws(() => assertCovered(paise(1), undefined), { reason: 'MANDATE_MISSING' });
  });
});
