import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  amountOf,
  charge,
  creditLine,
  formatRupees,
  microRupees,
  noCredit,
  type Paise,
  paise,
  paiseFromInt64,
  roundOff,
  rupeesInWords,
  splitInclusive,
  sumPaise,
  taxContext,
  toInt64,
  totalTax,
} from './index.ts';
import { divideRounded } from './rounding.ts';

const intra = taxContext({ supplierState: '27', placeOfSupply: '27', rateBasisPoints: 1800 });
const inter = taxContext({ supplierState: '27', placeOfSupply: '29', rateBasisPoints: 1800 });
const contexts = fc.constantFrom(intra, inter);

const quantities = fc.integer({ min: 0, max: 1_000_000 });
const rates = fc.integer({ min: 0, max: 5_000_000_000 }).map(microRupees);
const lines = fc.array(fc.record({ line: fc.string({ minLength: 1 }), quantity: quantities, rate: rates }), {
  maxLength: 8,
});
const amounts = fc.integer({ min: 0, max: 1_000_000_000_00 }).map(paise);

describe('paise', () => {
  it('refuses a fraction of a paisa', () => {
    assert.throws(() => paise(0.5), RangeError);
    assert.throws(() => paise(Number.NaN), RangeError);
  });

  it('refuses what a number cannot hold exactly', () => {
    assert.throws(() => paise(2 ** 53), RangeError);
    assert.throws(() => paiseFromInt64(2n ** 53n), RangeError);
    assert.throws(() => sumPaise([paise(Number.MAX_SAFE_INTEGER), paise(1)]), RangeError);
  });

  it('survives the wire', () => {
    fc.assert(fc.property(fc.maxSafeInteger().map(paise), (amount) => paiseFromInt64(toInt64(amount)) === amount));
  });

  it('has one zero', () => {
    assert.ok(Object.is(paise(-0), 0));
  });
});

describe('a rate in micro-rupees', () => {
  it('is rounded once, on the whole quantity', () => {
    const rate = microRupees(863_100);
    assert.deepEqual(
      [1, 2, 3].map((quantity) => amountOf(quantity, rate)),
      [86, 173, 259],
    );
    assert.equal(amountOf(12_345, rate), 10_654_97);
  });

  it('rounds halves up', () => {
    assert.equal(amountOf(1, microRupees(4_999)), 0);
    assert.equal(amountOf(1, microRupees(5_000)), 1);
  });

  it('refuses a negative or fractional quantity or rate', () => {
    assert.throws(() => amountOf(-1, microRupees(1)), RangeError);
    assert.throws(() => amountOf(0.5, microRupees(1)), RangeError);
    assert.throws(() => microRupees(-1), RangeError);
    assert.throws(() => microRupees(0.88), RangeError);
  });
});

describe('charge', () => {
  it('makes line taxes add up to the tax on the whole', () => {
    fc.assert(
      fc.property(lines, contexts, amounts, (sold, context, credit) => {
        const charged = charge(sold, context, credit);
        for (const component of ['cgst', 'sgst', 'igst'] as const) {
          assert.equal(sumPaise(charged.lines.map(({ taxes }) => taxes[component])), charged.taxes[component]);
        }
        assert.equal(sumPaise(charged.lines.map(({ taxable }) => taxable)), charged.taxable);
        assert.equal(charged.total, charged.taxable + totalTax(charged.taxes));
      }),
    );
  });

  it('never falls when a quantity grows, so a capture only ever adds', () => {
    const more = fc.array(quantities, { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(lines, more, contexts, amounts, (sold, extra, context, credit) => {
        const grown = sold.map((line, at) => ({ ...line, quantity: line.quantity + (extra[at] ?? 0) }));
        const before = charge(sold, context, credit);
        const after = charge(grown, context, credit);
        assert.ok(after.total >= before.total);
        assert.ok(after.discount >= before.discount);
      }),
    );
  });

  it('takes promotional credit off before tax, first, and never more than there is to pay', () => {
    fc.assert(
      fc.property(lines, contexts, amounts, (sold, context, credit) => {
        const plain = charge(sold, context);
        const { discount, taxable, amount } = charge(sold, context, credit);
        assert.equal(amount, plain.amount);
        assert.equal(discount, Math.min(credit, plain.amount));
        assert.equal(taxable, plain.amount - discount);
      }),
    );
  });

  it('costs nothing but credit when the credit covers everything', () => {
    const { total, discount } = charge(
      [{ line: 'w', quantity: 100, rate: microRupees(880_000) }],
      intra,
      paise(500_00),
    );
    assert.deepEqual({ total, discount }, { total: 0, discount: 88_00 });
  });

  it('uses credit on the lines in their order', () => {
    const sold = [
      { line: 'whatsapp', quantity: 10, rate: microRupees(1_000_000) },
      { line: 'push', quantity: 10, rate: microRupees(1_000_000) },
    ];
    const discounts = charge(sold, intra, paise(12_00)).lines.map(({ discount }) => discount);
    assert.deepEqual(discounts, [10_00, 2_00]);
  });

  it('charges nothing for nothing', () => {
    assert.equal(charge([], intra).total, 0);
  });

  it('refuses negative credit', () => {
    assert.throws(() => charge([], intra, paise(-1)), RangeError);
  });
});

describe('credit notes', () => {
  it('add up to the line however it is cut, and none gives back less than nothing', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, contexts, cuts, (sold, context, parts) => {
        for (const invoiced of charge(sold, context).lines) {
          let credited = noCredit;
          for (const part of [...parts, invoiced.taxable]) {
            const taxable = paise(Math.min(part, invoiced.taxable - credited.taxable));
            if (taxable === 0) break;
            const next = creditLine(invoiced, credited, taxable, context);
            for (const tax of Object.values(next.note.taxes)) assert.ok(tax >= 0);
            credited = next.credited;
          }
          if (invoiced.taxable > 0) assert.deepEqual(credited, { taxable: invoiced.taxable, taxes: invoiced.taxes });
        }
      }),
    );
  });
});

describe('a price that includes tax', () => {
  it('splits into parts that sum to it, with equal halves', () => {
    fc.assert(
      fc.property(amounts, contexts, (gross, context) => {
        const { taxable, cgst, sgst, igst } = splitInclusive(gross, context);
        assert.equal(taxable + cgst + sgst + igst, gross);
        assert.equal(cgst, sgst);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does so for every amount up to ten thousand rupees', () => {
    for (let gross = 1; gross <= 1_000_000; gross++) {
      const { taxable, cgst, sgst } = splitInclusive(gross as Paise, intra);
      if (taxable + cgst + sgst !== gross || cgst !== sgst) assert.fail(`splits ${gross} wrongly`);
    }
  });

  it('mirrors a refund', () => {
    fc.assert(
      fc.property(amounts, contexts, (gross, context) => {
        const there = splitInclusive(gross, context);
        const back = splitInclusive(paise(0 - gross), context);
        for (const part of ['taxable', 'cgst', 'sgst', 'igst'] as const) assert.equal(there[part] + back[part], 0);
      }),
    );
  });
});

describe('a half', () => {
  it('is rounded by its magnitude, and then gets its sign: what is given back mirrors what was taken', () => {
    const cent = (thousandths: bigint) => divideRounded(thousandths, 10n);
    assert.deepEqual([cent(2_675n), cent(-2_675n), cent(2_674n), cent(-2_674n)], [268n, -268n, 267n, -267n]);
  });
});

describe('round-off', () => {
  it('goes to the nearest rupee, halves up, and never beyond fifty paise', () => {
    assert.deepEqual(roundOff(paise(19_012_50)), { payable: 19_013_00, roundOff: 50 });
    assert.deepEqual(roundOff(paise(19_012_49)), { payable: 19_012_00, roundOff: -49 });
    fc.assert(
      fc.property(amounts, (total) => {
        const rounded = roundOff(total);
        assert.equal(rounded.payable % 100, 0);
        assert.equal(rounded.payable - rounded.roundOff, total);
        assert.ok(rounded.roundOff > -50 && rounded.roundOff <= 50);
      }),
    );
  });
});

describe('rupees for people', () => {
  it('are grouped the Indian way', () => {
    const written = [0, 5, 100, 99_999, 100_000_00, 12_34_567_89, 1_00_00_000_00, -1_234_56].map((amount) =>
      formatRupees(paise(amount)),
    );
    assert.deepEqual(written, [
      '₹0.00',
      '₹0.05',
      '₹1.00',
      '₹999.99',
      '₹1,00,000.00',
      '₹12,34,567.89',
      '₹1,00,00,000.00',
      '-₹1,234.56',
    ]);
  });

  it('are spelled in lakh and crore', () => {
    assert.equal(
      rupeesInWords(paise(1_234_567_89)),
      'Twelve Lakh Thirty Four Thousand Five Hundred Sixty Seven Rupees And Eighty Nine Paise Only',
    );
    assert.equal(rupeesInWords(paise(1_000_00_00_000_00)), 'One Thousand Crore Rupees Only');
    assert.equal(rupeesInWords(paise(1_00)), 'One Rupee Only');
    assert.equal(rupeesInWords(paise(1)), 'Zero Rupees And One Paisa Only');
    assert.equal(rupeesInWords(paise(20_15)), 'Twenty Rupees And Fifteen Paise Only');
  });

  it('are never negative in words', () => {
    assert.throws(() => rupeesInWords(paise(-1)), RangeError);
  });
});
