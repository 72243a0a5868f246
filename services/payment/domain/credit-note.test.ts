import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { charge, microRupees, paise, sumPaise } from '@doffers/money';
import fc from 'fast-check';
import { anInvoice } from '../test/invoices.ts';
import { type CreditRequest, creditJournal, creditNote } from './credit-note.ts';
import type { Invoice } from './invoice.ts';
import { type Service, taxContextOf } from './supply.ts';

const at = new Date('2026-12-01T06:00:00Z');

/** Issues one note after the other, as the use case does. */
function credited(original: Invoice, ...asked: CreditRequest['credit'][]): Invoice[] {
  const notes: Invoice[] = [];
  for (const [n, credit] of asked.entries()) {
    const request = { invoiceId: original.id, requestId: `r${n}`, reason: 'not delivered', credit };
    const draft = creditNote(original, notes, request, at);
    notes.push({ ...draft, id: `note ${n}`, number: `DCN/2627/00000${n + 1}`, issuedAt: at });
  }
  return notes;
}

const refused = (reason: string) => ({ reason });

/** The golden invoice with promotional credit of ₹1,000. */
function aDiscounted(): Invoice {
  const plain = anInvoice();
  const lines = plain.lines.map(({ quantity, rate }, at) => ({ line: String(at), quantity, rate }));
  const priced = charge(lines, taxContextOf(plain.supply), paise(1_000_00));
  const { discount, taxable, taxes, total } = priced;
  const described = priced.lines.map((line, n) => ({ ...plain.lines[n], ...line }) as Invoice['lines'][number]);
  return anInvoice({ lines: described, discount, taxable, taxes, total });
}

describe('credit notes by quantity', () => {
  it('are the golden three, to the paisa, within a State and across a border', () => {
    const golden = [[{ line: 1, quantity: 445 }], [{ line: 1, quantity: 333 }], [{ line: 1, quantity: 11_567 }]];
    const across = credited(anInvoice(), ...golden);
    assert.deepEqual(
      across.map(({ taxable, taxes, total }) => [taxable, taxes.igst, total]),
      [
        [391_60, 70_49, 462_09],
        [293_04, 52_75, 345_79],
        [10_178_96, 1_832_21, 12_011_17],
      ],
    );
    const { supply } = anInvoice();
    const within = credited(anInvoice({ supply: { ...supply, placeOfSupply: '27' } }), ...golden);
    assert.deepEqual(
      within.map(({ taxes }) => [taxes.cgst, taxes.sgst]),
      [
        [35_24, 35_24],
        [26_38, 26_38],
        [916_10, 916_10],
      ],
    );
  });

  it('quote the original and print what was taken off it', () => {
    const [note] = credited(anInvoice(), [{ line: 2, quantity: 100 }]);
    assert.deepEqual(note?.original, { id: anInvoice().id, number: 'DOF/2627/000001', issuedOn: '2026-11-25' });
    assert.deepEqual([note?.kind, note?.reason], ['credit_note', 'not delivered']);
    const [line] = note?.lines ?? [];
    assert.deepEqual([line?.quantity, line?.taxable, line?.credits], [100, 5_00, { line: 2, quantity: 100 }]);
  });

  it('give back the price after the discount, and all of it in the end', () => {
    const invoice = aDiscounted();
    const notes = credited(invoice, [{ line: 1, quantity: 5_000 }], [{ line: 1, quantity: 7_345 }]);
    const [first] = invoice.lines;
    assert.equal(first?.discount, 1_000_00);
    assert.equal(notes[0]?.taxable, 4_400_00 - 405_02, 'less 5,000 of 12,345 parts of the discount');
    assert.equal(sumPaise(notes.map(({ taxable }) => taxable)), first?.taxable);
    assert.match(notes[0]?.lines[0]?.description ?? '', /, 5000 of 12345 after their discount$/);
  });

  it('are refused beyond the quantity, the value or the lines of the invoice', () => {
    const everything = [{ line: 1, quantity: 12_345 }];
    assert.throws(() => credited(anInvoice(), [{ line: 1, quantity: 12_346 }]), refused('EXCEEDS_INVOICE'));
    assert.throws(() => credited(anInvoice(), everything, [{ line: 1, quantity: 1 }]), refused('EXCEEDS_INVOICE'));
    assert.throws(() => credited(anInvoice(), [{ line: 3, quantity: 1 }]), refused('INVOICE_LINE_UNKNOWN'));
    const almostAll = [{ line: 1, taxable: paise(10_863_59) }];
    assert.throws(() => credited(anInvoice(), almostAll, [{ line: 1, quantity: 2 }]), refused('EXCEEDS_INVOICE'));
  });
});

describe('credit notes by value', () => {
  it('take a value from the lines in their order', () => {
    const [note] = credited(anInvoice(), { taxable: paise(11_000_00) });
    assert.deepEqual(
      note?.lines.map(({ taxable }) => taxable),
      [10_863_60, 136_40],
    );
  });

  it('credit everything that is left, and then nothing more', () => {
    const notes = credited(anInvoice(), [{ line: 2, quantity: 7 }], { taxable: paise(1) }, 'everything');
    assert.equal(sumPaise(notes.map(({ total }) => total)), anInvoice().total);
    assert.throws(() => credited(anInvoice(), 'everything', 'everything'), refused('EXCEEDS_INVOICE'));
    assert.throws(() => credited(anInvoice(), { taxable: paise(11_113_61) }), {
      reason: 'EXCEEDS_INVOICE',
      info: { taxablePaiseLeft: '1111360' },
    });
  });

  it('sum to the invoice by line and tax, whatever their sizes and order', () => {
    const parts = fc.array(
      fc.record({ line: fc.constantFrom(1, 2), by: fc.boolean(), size: fc.integer({ min: 1, max: 900_000 }) }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(parts, fc.boolean(), fc.constantFrom('27', '29'), (asked, discounted, placeOfSupply) => {
        const plain = discounted ? aDiscounted() : anInvoice();
        const supply = { ...plain.supply, placeOfSupply };
        const priced = charge(
          plain.lines.map(({ quantity, rate }) => ({ line: 'x', quantity, rate })),
          taxContextOf(supply),
          plain.discount,
        );
        const lines = plain.lines.map((line, n) => ({ ...line, taxes: priced.lines[n]?.taxes ?? line.taxes }));
        const invoice = { ...plain, supply, lines, taxes: priced.taxes, total: priced.total };
        const credits: CreditRequest['credit'][] = asked.map(({ line, by, size }) =>
          by ? [{ line, quantity: (size % 5_000) + 1 }] : [{ line, taxable: paise(size) }],
        );
        let notes: Invoice[] = [];
        for (const credit of [...credits, 'everything' as const]) {
          const request = { invoiceId: invoice.id, requestId: `r${notes.length}`, reason: 'why', credit };
          try {
            const draft = creditNote(invoice, notes, request, at);
            notes = [...notes, { ...draft, id: `${notes.length}`, number: 'n', issuedAt: at }];
          } catch (error) {
            assert.equal((error as { reason?: string }).reason, 'EXCEEDS_INVOICE');
          }
        }
        for (const tax of ['cgst', 'sgst', 'igst'] as const) {
          const noted = notes.map((note) => note.taxes[tax]);
          assert.ok(noted.every((amount) => amount >= 0));
          assert.equal(sumPaise(noted), invoice.taxes[tax]);
        }
        assert.equal(sumPaise(notes.map(({ total }) => total)), invoice.total);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a credit note', () => {
  it('is for a tax invoice only', () => {
    for (const kind of ['receipt_voucher', 'credit_note', 'refund_voucher'] as const) {
      assert.throws(() => credited(anInvoice({ kind }), 'everything'), refused('NOT_CREDITABLE'));
    }
    const { sold: _sold, ...adCredits } = anInvoice({ source: 'topup/t' });
    assert.throws(() => credited(adCredits, 'everything'), refused('NOT_CREDITABLE'));
  });

  it('can be issued until 30 November after the financial year, in India', () => {
    const note = (when: string, issuedAt: string) =>
      creditNote(
        anInvoice({ issuedAt: new Date(issuedAt) }),
        [],
        { invoiceId: 'i', requestId: 'r', reason: 'why', credit: 'everything' },
        new Date(when),
      );
    assert.ok(note('2027-11-30T18:29:59Z', '2027-03-31T18:29:59Z'));
    assert.throws(() => note('2027-11-30T18:30:00Z', '2027-03-31T18:29:59Z'), refused('CREDIT_NOTE_TOO_LATE'));
    assert.ok(note('2028-11-30T18:29:59Z', '2027-03-31T18:30:00Z'), 'the next financial year');
  });

  it('moves revenue back into the wallet, with its tax as that of an advance', () => {
    const moved = (sold: Service) => {
      const invoice = anInvoice({ sold });
      const [note] = credited(invoice, [{ line: 1, quantity: 445 }]);
      assert.ok(note);
      return creditJournal(note, invoice).lines.map(({ account, debit, credit }) => [account.code, debit, credit]);
    };
    assert.deepEqual(moved('campaign'), [
      ['CAMPAIGN_REVENUE', 391_60, 0],
      ['ADVANCE_TAX', 70_49, 0],
      ['WALLET_CASH', 0, 462_09],
    ]);
    assert.equal(moved('pack')[0]?.[0], 'SUBSCRIPTION_REVENUE');
    assert.equal(moved('subscription')[0]?.[0], 'SUBSCRIPTION_REVENUE');
  });

  it('prints the unit price of whole units, and one unit of the value otherwise', () => {
    const [note] = credited(anInvoice(), [
      { line: 1, quantity: 10 },
      { line: 2, taxable: paise(3) },
    ]);
    assert.deepEqual(
      note?.lines.map(({ quantity, rate }) => [quantity, rate]),
      [
        [10, microRupees(880_000)],
        [1, microRupees(30_000)],
      ],
    );
  });
});
