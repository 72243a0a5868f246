import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { fakeBooks } from '../test/fake-books.ts';
import { advanceTerms, aPayment, aTopup } from '../test/topups.ts';
import { applyPayment } from './apply-payment.ts';

const now = () => new Date('2026-11-23T06:05:00Z');
const topup = aTopup();

let ids = 0;
const newId = () => `id-${++ids}`;

const setUp = (...topups: Parameters<typeof fakeBooks>) => {
  const fake = fakeBooks(...topups);
  const deps = { books: fake.books, advanceTerms: async () => advanceTerms(), newId, now };
  const apply = (changes = {}) => applyPayment(deps, aPayment(changes));
  return { ...fake, apply, posted: () => fake.wallets.get(topup.shopId)?.postedCash };
};

describe('applyPayment', () => {
  it('credits the wallet, writes the journal and marks the top-up', async () => {
    const { apply, journals, topups, events, posted } = setUp(topup);
    assert.equal(await apply(), 'credited');
    assert.equal(posted(), 5_000_00);
    assert.deepEqual([...journals.keys()], [`topup/${topup.id}/credit`]);
    assert.deepEqual(topups.get(topup.id)?.payment, { id: 'pay_1', creditedAt: now() });
    assert.deepEqual(
      events.map(({ topic, key }) => [topic, key]),
      [['topup.credited', topup.id]],
    );
  });

  it('credits once, however often the payment is reported', async () => {
    const { apply, journals, events, posted } = setUp(topup);
    await apply();
    assert.equal(await apply(), 'known');
    assert.deepEqual([journals.size, events.length], [1, 1]);
    assert.equal(posted(), 5_000_00);
  });

  it('keeps the mandate of a payment whose first report did not tell it', async () => {
    const { apply, mandates } = setUp(topup);
    const mandate = { topupId: topup.id, shopId: topup.shopId, customerId: 'cust_1', createdAt: now() };
    mandates.set(topup.id, { ...mandate, tokenId: undefined, maxAmount: paise(15_000_00) });
    await apply();
    assert.equal(mandates.get(topup.id)?.tokenId, undefined);
    assert.equal(await apply({ tokenId: 'token_1' }), 'known');
    assert.equal(mandates.get(topup.id)?.tokenId, 'token_1');
  });

  it('credits a payment that comes after the top-up has expired', async () => {
    const { apply, posted } = setUp(aTopup({ expiresAt: new Date('2026-11-23T06:04:59Z') }));
    assert.equal(await apply(), 'credited');
    assert.equal(posted(), 5_000_00);
  });

  it('records a wrong amount and an unknown order, and moves nothing', async () => {
    const { apply, breaks, journals, refunds, posted } = setUp(topup);
    assert.equal(await apply({ amount: paise(1_00) }), 'amount_mismatch');
    assert.equal(await apply({ orderId: 'order_of_nobody' }), 'unknown_order');
    assert.deepEqual(
      breaks.map(({ kind }) => kind),
      ['amount_mismatch', 'unknown_order'],
    );
    assert.deepEqual([journals.size, refunds.size, posted()], [0, 0, 0]);
  });

  it('sends a second payment back, once, and leaves the wallet as it is', async () => {
    const { apply, journals, refunds, events, posted } = setUp(topup);
    await apply();
    assert.equal(await apply({ id: 'pay_2' }), 'second_payment');
    assert.equal(await apply({ id: 'pay_2' }), 'known');
    const [refund, ...others] = [...refunds.values()];
    assert.deepEqual(
      [refund?.paymentId, refund?.purpose, refund?.amount, refund?.state, others],
      ['pay_2', 'second_payment', 5_000_00, 'requested', []],
    );
    assert.deepEqual([...journals.keys()].at(-1), 'payment/pay_2/return');
    assert.deepEqual(events.at(-1)?.topic, 'refund.requested');
    assert.equal(posted(), 5_000_00);
  });

  it('never credits twice, even if a top-up should have lost its mark', async () => {
    const { apply, topups, posted } = setUp(topup);
    await apply();
    topups.set(topup.id, topup);
    assert.equal(await apply(), 'known');
    assert.equal(posted(), 5_000_00);
  });

  it('fails loudly when the wallet is missing, so that the transaction rolls back', async () => {
    const { apply, wallets } = setUp(topup);
    wallets.clear();
    await assert.rejects(apply(), /no wallet/);
  });
});
