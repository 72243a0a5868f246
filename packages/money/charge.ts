import { type Paise, paise, sumPaise } from './paise.ts';
import { amountOf, type MicroRupees } from './rate.ts';
import { subtractTax, type TaxAmounts, type TaxContext, taxOn, totalTax } from './tax.ts';

/** Something sold by the unit: `quantity` WhatsApp messages at `rate` each. `line` names it within its document. */
export type ChargeLine = { readonly line: string; readonly quantity: number; readonly rate: MicroRupees };

export type ChargedLine = ChargeLine & {
  /** Quantity × rate, before the discount. */
  readonly amount: Paise;
  readonly discount: Paise;
  readonly taxable: Paise;
  readonly taxes: TaxAmounts;
};

export type Charge = {
  readonly lines: readonly ChargedLine[];
  readonly amount: Paise;
  /** What promotional credit pays. */
  readonly discount: Paise;
  readonly taxable: Paise;
  readonly taxes: TaxAmounts;
  /** What cash pays: taxable value and taxes. */
  readonly total: Paise;
};

/**
 * Prices lines: the one function behind quote, hold, capture and invoice, so that they agree to the paisa.
 *
 * Each line is rounded once. Promotional credit is a discount before tax and is used first, on the lines in their
 * order. A line's taxes are the tax on the running sum less what earlier lines carry, so line taxes add up to the tax on
 * the whole. `total` never falls when a quantity grows: captures of cumulative quantities only ever add.
 */
export function charge(lines: readonly ChargeLine[], context: TaxContext, promotionalCredit: Paise = paise(0)): Charge {
  if (promotionalCredit < 0) throw new RangeError('promotional credit cannot be negative');
  const charged: ChargedLine[] = [];
  let creditLeft = promotionalCredit;
  let running = { taxable: paise(0), taxes: taxOn(paise(0), context) };
  for (const line of lines) {
    const amount = amountOf(line.quantity, line.rate);
    const discount = paise(Math.min(creditLeft, amount));
    const taxable = paise(amount - discount);
    const sum = paise(running.taxable + taxable);
    const taxes = taxOn(sum, context);
    charged.push({ ...line, amount, discount, taxable, taxes: subtractTax(taxes, running.taxes) });
    creditLeft = paise(creditLeft - discount);
    running = { taxable: sum, taxes };
  }
  return {
    lines: charged,
    amount: sumPaise(charged.map(({ amount }) => amount)),
    discount: paise(promotionalCredit - creditLeft),
    ...running,
    total: paise(running.taxable + totalTax(running.taxes)),
  };
}
