import { type Paise, paise, paiseFromInt64 } from './paise.ts';
import { divideRounded } from './rounding.ts';

const wholeBasisPoints = 10_000n;

/** Union Territories without a legislature: their share of the tax is called UTGST. */
const unionTerritories: ReadonlySet<string> = new Set(['04', '26', '31', '35', '38', '97']);

/** The taxes of one amount. `sgst` is UTGST where the place of supply is such a territory. */
export type TaxAmounts = { readonly cgst: Paise; readonly sgst: Paise; readonly igst: Paise };

/** How an amount is taxed: within a State in two equal halves, across a border as one. */
export type TaxContext = {
  readonly supply: 'intra-state' | 'inter-state';
  /** What the State's half is called on a document. */
  readonly stateTax: 'SGST' | 'UTGST';
  /** The whole rate: 1800 is 18 %. */
  readonly rateBasisPoints: number;
};

/**
 * Decides how a supply is taxed. States are their two-digit GST codes; a recipient in a special economic zone counts as
 * across the border.
 * @throws RangeError for a state code or a rate that cannot be: a document without a State must not be finalised.
 */
export function taxContext(supply: {
  readonly supplierState: string;
  readonly placeOfSupply: string;
  readonly specialEconomicZone?: boolean;
  readonly rateBasisPoints: number;
}): TaxContext {
  const { supplierState, placeOfSupply, specialEconomicZone = false, rateBasisPoints } = supply;
  for (const state of [supplierState, placeOfSupply]) {
    if (!/^[0-9]{2}$/.test(state)) throw new RangeError(`not a GST state code: ${state}`);
  }
  if (!Number.isInteger(rateBasisPoints) || rateBasisPoints < 0 || rateBasisPoints % 2 !== 0) {
    throw new RangeError(`not a tax rate that splits in halves: ${rateBasisPoints} basis points`);
  }
  return {
    supply: supplierState === placeOfSupply && !specialEconomicZone ? 'intra-state' : 'inter-state',
    stateTax: unionTerritories.has(placeOfSupply) ? 'UTGST' : 'SGST',
    rateBasisPoints,
  };
}

/** The taxes on a taxable value, each rounded once. */
export function taxOn(taxable: Paise, context: TaxContext): TaxAmounts {
  const rate = BigInt(context.rateBasisPoints);
  if (context.supply === 'inter-state') {
    return { cgst: paise(0), sgst: paise(0), igst: share(taxable, rate, wholeBasisPoints) };
  }
  const half = share(taxable, rate, 2n * wholeBasisPoints);
  return { cgst: half, sgst: half, igst: paise(0) };
}

/** A gross amount taken apart: `taxable` and the taxes add up to it. */
export type InclusiveSplit = TaxAmounts & { readonly taxable: Paise };

/**
 * Takes the tax out of a price that includes it (Rule 35). The taxes are rounded and the rest is taxable: dividing the
 * gross amount first leaves an odd paisa for half of all amounts, so that CGST would differ from SGST.
 */
export function splitInclusive(gross: Paise, context: TaxContext): InclusiveSplit {
  const rate = BigInt(context.rateBasisPoints);
  const whole = wholeBasisPoints + rate;
  const taxes =
    context.supply === 'inter-state'
      ? { cgst: paise(0), sgst: paise(0), igst: share(gross, rate, whole) }
      : { cgst: share(gross, rate, 2n * whole), sgst: share(gross, rate, 2n * whole), igst: paise(0) };
  return { taxable: paise(gross - totalTax(taxes)), ...taxes };
}

export function totalTax({ cgst, sgst, igst }: TaxAmounts): Paise {
  return paise(cgst + sgst + igst);
}

export function subtractTax(from: TaxAmounts, part: TaxAmounts): TaxAmounts {
  return {
    cgst: paise(from.cgst - part.cgst),
    sgst: paise(from.sgst - part.sgst),
    igst: paise(from.igst - part.igst),
  };
}

function share(amount: Paise, numerator: bigint, denominator: bigint): Paise {
  return paiseFromInt64(divideRounded(BigInt(amount) * numerator, denominator));
}
