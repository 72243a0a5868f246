import { type Paise, paise } from './paise.ts';
import { subtractTax, type TaxAmounts, type TaxContext, taxOn, totalTax } from './tax.ts';

/** What one or more credit notes give back of a line. */
export type Credit = { readonly taxable: Paise; readonly taxes: TaxAmounts };

/** Nothing given back yet. */
export const noCredit: Credit = { taxable: paise(0), taxes: { cgst: paise(0), sgst: paise(0), igst: paise(0) } };

/**
 * The next credit note on an invoiced line of which `credited` was given back before. Its tax is the tax on everything
 * credited so far, at most the line's own, less what was credited; the last note takes the rest. So the notes add up to
 * the line exactly.
 * @throws RangeError when the notes would exceed the line
 */
export function creditLine(invoiced: Credit, credited: Credit, taxable: Paise, context: TaxContext) {
  const cumulative = paise(credited.taxable + taxable);
  if (taxable <= 0 || cumulative > invoiced.taxable) throw new RangeError('a credit note exceeds its invoice');
  const isLast = cumulative === invoiced.taxable;
  const cumulativeTaxes = isLast ? invoiced.taxes : atMost(invoiced.taxes, taxOn(cumulative, context));
  const taxes = subtractTax(cumulativeTaxes, credited.taxes);
  return {
    /** This note. */
    note: { taxable, taxes, total: paise(taxable + totalTax(taxes)) },
    /** Everything credited with it: the `credited` of the next note. */
    credited: { taxable: cumulative, taxes: cumulativeTaxes },
  };
}

/** A line that took over a remainder from the line before may carry a paisa less than its own tax. */
function atMost(limit: TaxAmounts, taxes: TaxAmounts): TaxAmounts {
  return {
    cgst: paise(Math.min(limit.cgst, taxes.cgst)),
    sgst: paise(Math.min(limit.sgst, taxes.sgst)),
    igst: paise(Math.min(limit.igst, taxes.igst)),
  };
}
