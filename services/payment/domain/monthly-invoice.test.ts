import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { microRupees, paise } from '@doffers/money';
import { anInvoice } from '../test/invoices.ts';
import { capturedCharge, type Hold, newHold } from './hold.ts';
import { dueBefore, monthlyInvoices } from './monthly-invoice.ts';
import { emptyWallet } from './wallet.ts';

const shopId = '019ab000-0000-7000-8000-00000000000a';
const closedAt = new Date('2026-11-24T18:45:00Z');
const wallet = { ...emptyWallet(shopId), postedCash: paise(1_000_00), postedPromo: paise(3_33) };

/** A settled hold of which `captured` messages of an awkward price were billable. */
function aHold(id: string, captured: number, supply = anInvoice().supply): Hold {
  const line = { line: 'whatsapp', description: 'WhatsApp messages', quantity: 500, rate: microRupees(863_100) };
  const request = { key: `campaign/${id}/hold/1`, shopId, lines: [line] };
  const hold = newHold(request, { id, supply, createdAt: closedAt }, wallet);
  const settled = { ...hold, state: 'settled' as const, lines: hold.lines.map((each) => ({ ...each, captured })) };
  const { total, discount } = capturedCharge(settled);
  return { ...settled, captured: { cash: total, promo: discount } };
}
const invoicesOf = (...holds: Hold[]) => monthlyInvoices(holds.map((hold) => ({ hold, closedAt })));

describe('the invoice of a month', () => {
  it('is due in the last half hour of the month in India; what was left over is due at once', () => {
    const cases: [now: string, before: string][] = [
      ['2026-11-30T17:59:59Z', '2026-10-31T18:30:00Z'],
      ['2026-11-30T18:00:00Z', '2026-11-30T18:00:00Z'],
      ['2026-11-30T18:29:59Z', '2026-11-30T18:29:59Z'],
      ['2026-11-30T18:30:00Z', '2026-11-30T18:30:00Z'],
      ['2026-12-15T18:10:00Z', '2026-11-30T18:30:00Z'],
      ['2027-02-28T18:10:00Z', '2027-02-28T18:10:00Z'],
      ['2028-02-28T18:10:00Z', '2028-01-31T18:30:00Z'],
      ['2028-02-29T18:10:00Z', '2028-02-29T18:10:00Z'],
      ['2027-03-31T18:10:00Z', '2027-03-31T18:10:00Z'],
    ];
    for (const [now, before] of cases) assert.deepEqual(dueBefore(new Date(now)), new Date(before), now);
  });

  it('is the sum of what the campaigns’ own invoices would have been, to the paisa', () => {
    const holds = [aHold('a', 7), aHold('b', 333), aHold('c', 0), aHold('d', 499)];
    const [invoice, ...others] = invoicesOf(...holds);
    assert.equal(others.length, 0);
    assert.deepEqual(invoice?.holdIds, ['a', 'b', 'd'], 'nothing was captured of c');
    const { draft } = invoice ?? assert.fail();
    assert.equal(draft.source, 'campaigns/a');
    assert.equal(
      draft.total,
      holds.reduce((sum, { captured }) => sum + captured.cash, 0),
    );
    assert.equal(
      draft.discount,
      holds.reduce((sum, { captured }) => sum + captured.promo, 0),
    );
    const { taxable, taxes, roundOff, total } = draft;
    assert.equal(taxable + taxes.cgst + taxes.sgst + taxes.igst + roundOff, total);
    assert.equal(
      draft.lines.reduce((sum, line) => sum + line.taxable + line.taxes.igst, 0),
      total,
    );
    assert.equal(draft.lines[0]?.description, 'Campaign of 25-11-2026: WhatsApp messages');
  });

  it('is one for each way in which the shop was supplied', () => {
    const { supply } = anInvoice();
    const moved = { ...supply, recipient: { ...supply.recipient, gstin: '' } };
    const invoices = invoicesOf(aHold('a', 10), aHold('b', 20, moved), aHold('c', 30));
    assert.deepEqual(
      invoices.map(({ holdIds }) => holdIds),
      [['a', 'c'], ['b']],
    );
  });

  it('has no more lines than the portal takes', () => {
    const invoices = invoicesOf(...Array.from({ length: 301 }, (_, n) => aHold(`h${n}`, 10)));
    assert.deepEqual(
      invoices.map(({ holdIds }) => holdIds.length),
      [150, 150, 1],
    );
  });

  it('is none when nothing was captured, or all was taken back', () => {
    assert.deepEqual(invoicesOf(aHold('a', 0), { ...aHold('b', 10), state: 'reversed' }), []);
  });
});
