import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise } from '@doffers/money';
import { credit, debit, journal } from './ledger.ts';

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
});
