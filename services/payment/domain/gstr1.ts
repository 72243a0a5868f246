import { istDay } from '@doffers/calendar';
import { type Paise, paise, sumPaise, totalTax } from '@doffers/money';
import type { Invoice, InvoiceKind } from './invoice.ts';
import { taxContextOf } from './supply.ts';

/** A document as a return lists it. Amounts in paise; what writes them for the portal turns them into rupees. */
export type ReturnRow = {
  readonly number: string;
  /** The day in India. */
  readonly date: string;
  readonly gstin: string;
  readonly recipient: string;
  readonly placeOfSupply: string;
  readonly supply: 'INTRA' | 'INTER';
  readonly invoiceType: 'R' | 'SEWP';
  /** In per cent. */
  readonly rate: number;
  readonly value: Paise;
  readonly taxable: Paise;
  readonly cgst: Paise;
  readonly sgst: Paise;
  readonly igst: Paise;
  /** On a credit note: the invoice that it corrects. */
  readonly original: { readonly number: string; readonly date: string } | undefined;
};

export type Amounts = Pick<ReturnRow, 'taxable' | 'cgst' | 'sgst' | 'igst'>;
export type StateRow = Amounts & Pick<ReturnRow, 'placeOfSupply' | 'supply' | 'rate'>;
export type HsnRow = Amounts & { readonly sac: string; readonly rate: number };
export type SeriesRow = {
  /** The portal's number for this nature of document. */
  readonly nature: 1 | 5 | 6 | 8;
  readonly from: string;
  readonly to: string;
  readonly total: number;
};

/** A month's outward supplies in the sections of form GSTR-1. */
export type Gstr1 = {
  readonly gstin: string;
  /** Such as `2026-11`. */
  readonly period: string;
  /** Invoices to registered recipients. */
  readonly b2b: readonly ReturnRow[];
  /** Large inter-State invoices to unregistered recipients. */
  readonly b2cl: readonly ReturnRow[];
  /** All other supplies to unregistered recipients, less their credit notes, by State and rate. */
  readonly b2cs: readonly StateRow[];
  /** Credit notes to registered recipients. */
  readonly cdnr: readonly ReturnRow[];
  /** Credit notes on large inter-State invoices to unregistered recipients. */
  readonly cdnur: readonly ReturnRow[];
  /** Advances received less advances paid back, by State and rate. */
  readonly advancesReceived: readonly StateRow[];
  /** Advances used for invoices of the month, less what credit notes gave back as advance. */
  readonly advancesAdjusted: readonly StateRow[];
  readonly hsnB2b: readonly HsnRow[];
  readonly hsnB2c: readonly HsnRow[];
  readonly documents: readonly SeriesRow[];
};

/** An inter-State invoice to an unregistered recipient above ₹1,00,000 is listed by itself (since August 2024). */
const largeAbove = paise(1_00_000_00);

const natures: Readonly<Partial<Record<InvoiceKind, SeriesRow['nature']>>> = {
  tax_invoice: 1,
  credit_note: 5,
  receipt_voucher: 6,
  refund_voucher: 8,
};

/**
 * Sorts a month's documents into the sections of the return. `originals` has the invoices that credit notes of the
 * month correct, also those of earlier months: whether a note is listed by itself depends on its invoice.
 */
export function gstr1(
  about: Pick<Gstr1, 'gstin' | 'period'>,
  documents: readonly Invoice[],
  originals: ReadonlyMap<string, Invoice>,
): Gstr1 {
  const of = (kind: InvoiceKind) => documents.filter((document) => document.kind === kind);
  const [invoices, notes] = [of('tax_invoice'), of('credit_note')];
  const isRegistered = ({ supply }: Invoice) => supply.recipient.gstin !== '';
  const originalOf = (note: Invoice) => originals.get(note.original?.id ?? '') ?? note;
  const small = (invoice: Invoice) => !isRegistered(invoice) && !isLarge(invoice);
  const fromAdvance = ({ settlement }: Invoice) => settlement === undefined || settlement.by === 'advance';
  return {
    ...about,
    b2b: invoices.filter(isRegistered).map(rowOf),
    b2cl: invoices.filter(isLarge).map(rowOf),
    b2cs: byState([
      ...invoices.filter(small).map(rowOf),
      ...notes.filter((note) => small(originalOf(note))).map((note) => negative(rowOf(note))),
    ]),
    cdnr: notes.filter(isRegistered).map(rowOf),
    cdnur: notes.filter((note) => isLarge(originalOf(note))).map(rowOf),
    advancesReceived: byState([
      ...of('receipt_voucher').map(rowOf),
      ...of('refund_voucher').map((voucher) => negative(rowOf(voucher))),
    ]),
    advancesAdjusted: byState([
      ...invoices.filter(fromAdvance).map(rowOf),
      ...notes.map((note) => negative(rowOf(note))),
    ]),
    hsnB2b: byCode(invoices.filter(isRegistered), notes.filter(isRegistered)),
    hsnB2c: byCode(
      invoices.filter((invoice) => !isRegistered(invoice)),
      notes.filter((note) => !isRegistered(note)),
    ),
    documents: series(documents),
  };
}

function isLarge({ supply, total }: Invoice): boolean {
  return supply.recipient.gstin === '' && taxContextOf(supply).supply === 'inter-state' && total > largeAbove;
}

function rowOf({ number, issuedAt, supply, taxable, taxes, total, original }: Invoice): ReturnRow {
  const context = taxContextOf(supply);
  return {
    number,
    date: istDay(issuedAt),
    gstin: supply.recipient.gstin,
    recipient: supply.recipient.name,
    placeOfSupply: supply.placeOfSupply,
    supply: context.supply === 'intra-state' ? 'INTRA' : 'INTER',
    invoiceType: supply.specialEconomicZone === true ? 'SEWP' : 'R',
    rate: context.rateBasisPoints / 100,
    value: total,
    taxable,
    ...taxes,
    original: original && { number: original.number, date: original.issuedOn },
  };
}

function negative(row: ReturnRow): ReturnRow {
  const { taxable, cgst, sgst, igst } = row;
  return { ...row, taxable: minus(taxable), cgst: minus(cgst), sgst: minus(sgst), igst: minus(igst) };
}

const minus = (amount: Paise) => paise(0 - amount);

function sumOf(rows: readonly Amounts[]): Amounts {
  const sum = (part: keyof Amounts) => sumPaise(rows.map((row) => row[part]));
  return { taxable: sum('taxable'), cgst: sum('cgst'), sgst: sum('sgst'), igst: sum('igst') };
}

function byState(rows: readonly ReturnRow[]): readonly StateRow[] {
  const groups = Map.groupBy(rows, ({ placeOfSupply, supply, rate }) => `${placeOfSupply}/${supply}/${rate}`);
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { placeOfSupply, supply, rate } = first;
      return [{ placeOfSupply, supply, rate, ...sumOf(group) }];
    })
    .toSorted((a, b) => a.placeOfSupply.localeCompare(b.placeOfSupply) || a.rate - b.rate);
}

function byCode(invoices: readonly Invoice[], notes: readonly Invoice[]): readonly HsnRow[] {
  const lines = [
    ...invoices.map((document) => ({ document, sign: 1 })),
    ...notes.map((document) => ({ document, sign: -1 })),
  ].flatMap(({ document, sign }) =>
    document.lines.map(({ sac, taxable, taxes }) => ({
      sac,
      rate: taxContextOf(document.supply).rateBasisPoints / 100,
      taxable: paise(sign * taxable),
      cgst: paise(sign * taxes.cgst),
      sgst: paise(sign * taxes.sgst),
      igst: paise(sign * taxes.igst),
    })),
  );
  const groups = Map.groupBy(lines, ({ sac, rate }) => `${sac}/${rate}`);
  return [...groups.entries()]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, group]) => {
      const [sac = '', rate = ''] = key.split('/');
      return { sac, rate: Number(rate), ...sumOf(group) };
    });
}

/** A month can touch two financial years' series only at their turn, which is the turn of a month as well. */
function series(documents: readonly Invoice[]): readonly SeriesRow[] {
  return Object.entries(natures).flatMap(([kind, nature]) => {
    const numbers = documents.filter((document) => document.kind === kind).map(({ number }) => number);
    const ordered = numbers.toSorted((a, b) => a.length - b.length || a.localeCompare(b));
    const [from, to] = [ordered[0], ordered.at(-1)];
    return from === undefined || to === undefined ? [] : [{ nature, from, to, total: ordered.length }];
  });
}

/** The tax of some rows. */
export function taxOf(rows: readonly Amounts[]): Paise {
  return totalTax(sumOf(rows));
}
