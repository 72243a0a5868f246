import type { Paise } from '@doffers/money';
import { csv } from './csv.ts';
import type { Gstr1, HsnRow, ReturnRow, StateRow } from './gstr1.ts';

/** The return for a spreadsheet: one table, whose first column names the section. Amounts in rupees. */
export function gstr1Csv(form: Gstr1): string {
  const rows = [
    ...listed('b2b', form.b2b),
    ...listed('b2cl', form.b2cl),
    ...summed('b2cs', form.b2cs),
    ...listed('cdnr', form.cdnr),
    ...listed('cdnur', form.cdnur),
    ...summed('at', form.advancesReceived),
    ...summed('txpd', form.advancesAdjusted),
    ...coded('hsn_b2b', form.hsnB2b),
    ...coded('hsn_b2c', form.hsnB2c),
    ...form.documents.map(({ nature, from, to, total }) => ({
      section: 'docs',
      number: from,
      to,
      sac: `${nature}`,
      count: `${total}`,
    })),
  ];
  return csv([columns, ...rows.map((row: Row) => columns.map((name) => row[name] ?? ''))]);
}

const columns = [
  'section',
  'gstin',
  'recipient',
  'number',
  'to',
  'date',
  'place_of_supply',
  'supply',
  'sac',
  'rate',
  'value',
  'taxable',
  'igst',
  'cgst',
  'sgst',
  'original_number',
  'original_date',
  'count',
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], string>>>;

const rupees = (amount: Paise) => (amount / 100).toFixed(2);

function amounts({ taxable, cgst, sgst, igst }: { taxable: Paise; cgst: Paise; sgst: Paise; igst: Paise }) {
  return { taxable: rupees(taxable), cgst: rupees(cgst), sgst: rupees(sgst), igst: rupees(igst) };
}

function listed(section: string, rows: readonly ReturnRow[]): Row[] {
  return rows.map((row) => ({
    section,
    gstin: row.gstin,
    recipient: row.recipient,
    number: row.number,
    date: row.date,
    place_of_supply: row.placeOfSupply,
    supply: row.supply,
    rate: String(row.rate),
    value: rupees(row.value),
    ...amounts(row),
    ...(row.original && { original_number: row.original.number, original_date: row.original.date }),
  }));
}

function summed(section: string, rows: readonly StateRow[]): Row[] {
  return rows.map((row) => {
    const { placeOfSupply, supply, rate } = row;
    return { section, place_of_supply: placeOfSupply, supply, rate: String(rate), ...amounts(row) };
  });
}

function coded(section: string, rows: readonly HsnRow[]): Row[] {
  return rows.map((row) => ({ section, sac: row.sac, rate: String(row.rate), ...amounts(row) }));
}
