import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { credit, debit, journal, reversedLines } from './ledger.ts';
import { earn } from './revenue.ts';

const about = { key: 'topup/1/credit', kind: 'topup', reference: '1' } as const;
const clearing = { code: 'GATEWAY_CLEARING' } as const;
const wallet = { code: 'WALLET_CASH', shopId: 'shop' } as const;

describe('a journal', () => {
  it('has lines whose debits equal their credits', () => {
    const lines = [debit(clearing, paise(500)), credit(wallet, paise(500))];
    assert.deepEqual(journal(about, lines), { ...about, lines });
  });

  it('leaves out lines of nothing, such as a tax that does not apply', () => {
    const lines = [debit(clearing, paise(5)), credit(wallet, paise(5))];
    assert.deepEqual(journal(about, [...lines, credit({ code: 'GST_IGST' }, paise(0))]).lines, lines);
  });

  it('is refused when a paisa is missing, when a side is negative, and when nothing moves', () => {
    const wrong = [
      [debit(clearing, paise(500)), credit(wallet, paise(499))],
      [debit(clearing, paise(-5)), credit(wallet, paise(-5))],
      [{ account: clearing, debit: paise(5), credit: paise(5) }, debit(clearing, paise(1)), credit(wallet, paise(1))],
      [],
    ];
    for (const lines of wrong) assert.throws(() => journal(about, lines), /topup\/1\/credit does not balance/);
  });

  it('is refused when revenue does not say what it was earned with, or something else says it', () => {
    const earned = { sold: 'pack', state: '27' } as const;
    const unmarked = [debit(wallet, paise(5)), credit({ code: 'SUBSCRIPTION_REVENUE' }, paise(5))];
    const mismarked = [{ ...debit(wallet, paise(5)), earned }, credit({ code: 'ADVANCE_TAX' }, paise(5))];
    for (const lines of [unmarked, mismarked])
      assert.throws(() => journal(about, lines), /what its revenue was earned/);
    const marked = [debit(wallet, paise(5)), earn(paise(5), earned)];
    assert.deepEqual(journal(about, marked).lines, marked);
    assert.deepEqual(reversedLines({ lines: marked }), [credit(wallet, paise(5)), earn(paise(-5), earned)]);
  });
});
