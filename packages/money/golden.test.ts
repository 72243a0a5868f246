import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  charge,
  creditLine,
  microRupees,
  noCredit,
  paise,
  roundOff,
  rupeesInWords,
  splitInclusive,
  taxContext,
} from './index.ts';

// An invoice of 16,112.60 checked by hand: seller 27AAPFU0939F1ZV (Maharashtra), SAC 998365, 18 %.
const lines = [
  { line: 'whatsapp', quantity: 12_345, rate: microRupees(880_000) },
  { line: 'push', quantity: 5_000, rate: microRupees(50_000) },
  { line: 'growth-pack', quantity: 1, rate: microRupees(4_999_000_000) },
];
const maharashtra = taxContext({ supplierState: '27', placeOfSupply: '27', rateBasisPoints: 1800 });
const karnataka = taxContext({ supplierState: '27', placeOfSupply: '29', rateBasisPoints: 1800 });

describe('the golden invoice within a State', () => {
  const invoice = charge(lines, maharashtra);

  it('prices each line', () => {
    assert.deepEqual(
      invoice.lines.map(({ amount }) => amount),
      [10_863_60, 250_00, 4_999_00],
    );
    assert.equal(invoice.taxable, 16_112_60);
  });

  it('splits the tax in halves whose lines add up', () => {
    assert.deepEqual(invoice.taxes, { cgst: 1_450_13, sgst: 1_450_13, igst: 0 });
    assert.deepEqual(
      invoice.lines.map(({ taxes }) => taxes.cgst),
      [977_72, 22_50, 449_91],
    );
    assert.deepEqual(
      invoice.lines.map(({ taxes }) => taxes.sgst),
      [977_72, 22_50, 449_91],
    );
  });

  it('totals, rounds off and spells the amount', () => {
    assert.equal(invoice.total, 19_012_86);
    assert.deepEqual(roundOff(invoice.total), { payable: 19_013_00, roundOff: 14 });
    assert.equal(rupeesInWords(paise(19_013_00)), 'Nineteen Thousand Thirteen Rupees Only');
  });
});

describe('the golden invoice across a border', () => {
  const invoice = charge(lines, karnataka);

  it('has one tax whose lines add up', () => {
    assert.deepEqual(invoice.taxes, { cgst: 0, sgst: 0, igst: 2_900_27 });
    assert.deepEqual(
      invoice.lines.map(({ taxes }) => taxes.igst),
      [1_955_45, 45_00, 899_82],
    );
  });

  it('totals and rounds off to the same rupees', () => {
    assert.equal(invoice.total, 19_012_87);
    assert.deepEqual(roundOff(invoice.total), { payable: 19_013_00, roundOff: 13 });
  });
});

describe('a top-up of ₹5,000 that includes tax', () => {
  it('splits within a State', () => {
    const split = splitInclusive(paise(5_000_00), maharashtra);
    assert.deepEqual(split, { taxable: 4_237_28, cgst: 381_36, sgst: 381_36, igst: 0 });
  });

  it('splits across a border', () => {
    const split = splitInclusive(paise(5_000_00), karnataka);
    assert.deepEqual(split, { taxable: 4_237_29, cgst: 0, sgst: 0, igst: 762_71 });
  });
});

describe('three credit notes on the WhatsApp line', () => {
  const rate = microRupees(880_000);
  const partsOf = (context: typeof maharashtra) => {
    const [invoiced] = charge(lines, context).lines;
    assert.ok(invoiced);
    let credited = noCredit;
    const notes = [445, 333, 11_567].map((quantity) => {
      const { amount } = charge([{ line: 'credit', quantity, rate }], context);
      const next = creditLine(invoiced, credited, amount, context);
      credited = next.credited;
      return next.note;
    });
    return { invoiced, credited, notes };
  };

  it('add up to the line within a State, to the paisa', () => {
    const { invoiced, credited, notes } = partsOf(maharashtra);
    assert.deepEqual(
      notes.map(({ taxable }) => taxable),
      [391_60, 293_04, 10_178_96],
    );
    assert.deepEqual(
      notes.map(({ taxes }) => taxes.cgst),
      [35_24, 26_38, 916_10],
    );
    assert.deepEqual(
      notes.map(({ taxes }) => taxes.sgst),
      [35_24, 26_38, 916_10],
    );
    assert.equal(notes[0]?.total, 462_08);
    assert.deepEqual(credited, { taxable: invoiced.taxable, taxes: invoiced.taxes });
  });

  it('add up to the line across a border, to the paisa', () => {
    const { invoiced, credited, notes } = partsOf(karnataka);
    assert.deepEqual(
      notes.map(({ taxes }) => taxes.igst),
      [70_49, 52_75, 1_832_21],
    );
    assert.equal(notes[0]?.total, 462_09);
    assert.deepEqual(credited, { taxable: invoiced.taxable, taxes: invoiced.taxes });
  });

  it('never exceed the invoice', () => {
    const { invoiced, credited } = partsOf(maharashtra);
    assert.throws(() => creditLine(invoiced, credited, paise(1), maharashtra), RangeError);
    assert.throws(() => creditLine(invoiced, noCredit, paise(invoiced.taxable + 1), maharashtra), RangeError);
    assert.throws(() => creditLine(invoiced, noCredit, paise(0), maharashtra), RangeError);
  });
});
