import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { microRupees, paise } from '@doffers/money';
import { capturedCharge, capturing, type Hold, newHold, placing, refusalOf, releasing, unusedUnits } from './hold.ts';
import { supplyTo } from './supply.ts';
import { emptyWallet } from './wallet.ts';

const supplier = { name: "D'Offers", address: 'Mumbai', gstin: '27AAPFU0939F1ZV' };
const shop = { name: 'Asha', address: '5th Block', pincode: '560034', state: 'Karnataka', gstin: '29AABCR1718E1ZL' };

const wallet = (cash: number, promo = 0) => ({
  ...emptyWallet('shop'),
  postedCash: paise(cash),
  postedPromo: paise(promo),
});

/** The golden campaign: 12,345 WhatsApp at ₹0.88 and 5,000 push at ₹0.05. */
const aHold = (promo = 0): Hold =>
  newHold(
    {
      key: 'campaign/c/hold/1',
      shopId: 'shop',
      lines: [
        { line: 'whatsapp', description: 'WhatsApp messages', quantity: 12_345, rate: microRupees(880_000) },
        { line: 'push', description: 'Push notifications', quantity: 5_000, rate: microRupees(50_000) },
      ],
    },
    { id: 'h', supply: supplyTo(shop, supplier), createdAt: new Date('2026-11-24T06:00:00Z') },
    wallet(100_000_00, promo),
  );

const after = (hold: Hold, quantities: Record<string, number>): Hold =>
  capturing(hold, new Map(Object.entries(quantities)))?.hold ?? hold;

describe('a hold', () => {
  it('sets aside the price with its tax', () => {
    const { amount } = aHold();
    assert.deepEqual(amount, { cash: 11_113_60 + 2_000_45, promo: 0 });
    const { journal, change } = placing(aHold());
    assert.deepEqual(change, { heldCash: 13_114_05, heldPromo: 0 });
    assert.deepEqual(
      journal?.lines.map(({ account, debit, credit }) => [account.code, debit, credit]),
      [
        ['WALLET_CASH', 13_114_05, 0],
        ['WALLET_HELD_CASH', 0, 13_114_05],
      ],
    );
  });

  it('uses promotional credit first, as a discount before tax', () => {
    const { amount } = aHold(1_113_60);
    assert.deepEqual(amount, { cash: 10_000_00 + 1_800_00, promo: 1_113_60 });
    assert.deepEqual(aHold(20_000_00).amount, { cash: 0, promo: 11_113_60 }, 'and no more of it than the price');
  });

  it('captures revenue and takes the tax back from the advance', () => {
    const movement = capturing(aHold(), new Map([['whatsapp', 12_345]]));
    assert.deepEqual(
      movement?.journal?.lines.map(({ account, debit, credit }) => [account.code, debit, credit]),
      [
        ['WALLET_HELD_CASH', 12_819_05, 0],
        ['CAMPAIGN_REVENUE', 0, 10_863_60],
        ['ADVANCE_TAX', 0, 1_955_45],
      ],
    );
    assert.deepEqual(movement?.change, { postedCash: -12_819_05, heldCash: -12_819_05, postedPromo: 0, heldPromo: 0 });
  });

  it('captures the same in one step as in many', () => {
    const inOne = after(aHold(500_00), { whatsapp: 7_001, push: 4_999 });
    let inMany = aHold(500_00);
    for (let n = 0; n <= 7_001; n += 7)
      inMany = after(inMany, { whatsapp: Math.min(n, 7_001), push: Math.min(n, 4_999) });
    assert.deepEqual(after(inMany, { whatsapp: 7_001 }).captured, inOne.captured);
    assert.deepEqual(inOne.captured, { cash: capturedCharge(inOne).total, promo: 500_00 });
  });

  it('ignores what was captured before, in whatever order it comes', () => {
    const hold = after(aHold(), { whatsapp: 100, push: 7 });
    for (const quantities of [{ whatsapp: 100 }, { whatsapp: 99, push: 7 }, { push: 0 }, {}]) {
      assert.equal(capturing(hold, new Map(Object.entries(quantities))), undefined);
    }
    assert.deepEqual(
      after(hold, { whatsapp: 50, push: 8 }).lines.map(({ captured }) => captured),
      [100, 8],
    );
  });

  it('takes no more of a line than was held, no unknown line, and nothing once it is closed', () => {
    const capture = (hold: Hold, line: string, quantity: number) => () => capturing(hold, new Map([[line, quantity]]));
    assert.throws(capture(aHold(), 'push', 5_001), {
      reason: 'EXCEEDS_HOLD',
      info: { line: 'push', captured: '5001', held: '5000' },
    });
    assert.throws(capture(aHold(), 'sms', 1), { reason: 'LINE_UNKNOWN' });
    const closed = releasing(after(aHold(), { push: 10 })).hold;
    assert.throws(capture(closed, 'push', 11), { reason: 'HOLD_CLOSED' });
    assert.equal(capturing(closed, new Map([['push', 10]])), undefined, 'a repetition is no refusal');
  });

  it('moves nothing in the ledger for a unit that rounds to no paisa', () => {
    const hold = {
      ...aHold(),
      lines: [{ line: 'a', description: '', quantity: 9, included: 0, captured: 0, rate: microRupees(1_000) }],
    };
    const first = capturing(hold, new Map([['a', 1]]));
    assert.deepEqual([first?.journal, first?.hold.captures, first?.hold.lines[0]?.captured], [undefined, 0, 1]);
  });

  it('asks nothing for included units, which are captured before those that cost something', () => {
    const uses = [{ entitlementId: 'pack', channel: 'push', units: 4_000 }];
    const request = { key: 'k', shopId: 'shop', lines: aHold().lines };
    const hold = newHold(request, { ...aHold(), id: 'h' }, wallet(100_000_00), uses);
    assert.equal(aHold().amount.cash - hold.amount.cash, 200_00 + 36_00);
    const free = after(hold, { push: 4_000 });
    assert.deepEqual([free.captured.cash, free.captures], [0, 0]);
    assert.deepEqual(unusedUnits(after(hold, { push: 3_000 })).get('push'), 1_000);
    const paid = after(free, { push: 4_100 });
    assert.equal(paid.captured.cash, 5_00 + 90);
    assert.equal(unusedUnits(paid).get('push'), 0);
  });

  it('gives back on release what was not captured', () => {
    const open = after(aHold(100_00), { whatsapp: 12_000 });
    const { hold, change } = releasing(open);
    assert.deepEqual(hold.released, { cash: open.amount.cash - open.captured.cash, promo: 0 });
    assert.deepEqual([hold.state, change.heldCash], ['settled', 0 - hold.released.cash]);
    assert.equal(releasing({ ...open, captured: open.amount }).journal, undefined);
  });

  it('is covered by what is free of each fund, to the paisa', () => {
    const funds = { cash: paise(100), promo: paise(50) };
    assert.equal(refusalOf(wallet(100, 50), funds), undefined);
    assert.equal(refusalOf(wallet(99, 50), funds), 'INSUFFICIENT_FUNDS');
    assert.equal(refusalOf(wallet(1_000, 49), funds), 'INSUFFICIENT_FUNDS', 'cash does not stand in for promotion');
    assert.equal(refusalOf({ ...wallet(100, 50), heldCash: paise(1) }, funds), 'INSUFFICIENT_FUNDS');
  });

  it('is not paid from a wallet that is frozen or parked, not even when it costs nothing', () => {
    const free = { cash: paise(0), promo: paise(0) };
    for (const status of ['frozen', 'parked'] as const) {
      assert.equal(refusalOf({ ...wallet(100), status }, free), 'WALLET_FROZEN');
    }
  });
});
