import type { Paise } from '@doffers/money';
import type { Amounts, Gstr1, HsnRow, ReturnRow, StateRow } from './gstr1.ts';

/** The return as the offline utility of the tax portal takes it, in rupees and dates such as 24-11-2026. */
export function gstr1Json(form: Gstr1) {
  const [year = '', month = ''] = form.period.split('-');
  return {
    gstin: form.gstin,
    fp: `${month}${year}`,
    b2b: byRecipient(form.b2b).map(([ctin, rows]) => ({ ctin, inv: rows.map(invoice) })),
    b2cl: [...Map.groupBy(form.b2cl, ({ placeOfSupply }) => placeOfSupply)].map(([pos, rows]) => ({
      pos,
      inv: rows.map((row) => ({ ...dated(row), val: rupees(row.value), itms: [item(row)] })),
    })),
    b2cs: form.b2cs.map((row) => ({ ...byState(row), typ: 'OE', txval: rupees(row.taxable), ...taxes(row) })),
    cdnr: byRecipient(form.cdnr).map(([ctin, rows]) => ({
      ctin,
      nt: rows.map((row) => ({ ...note(row), rchrg: 'N', inv_typ: row.invoiceType })),
    })),
    cdnur: form.cdnur.map((row) => ({ typ: 'B2CL', ...note(row) })),
    at: form.advancesReceived.map(advance),
    txpd: form.advancesAdjusted.map(advance),
    hsn: { hsn_b2b: form.hsnB2b.map(hsn), hsn_b2c: form.hsnB2c.map(hsn) },
    doc_issue: {
      doc_det: form.documents.map(({ nature, from, to, total }) => ({
        doc_num: nature,
        docs: [{ num: 1, from, to, totnum: total, cancel: 0, net_issue: total }],
      })),
    },
  };
}

/** Exact: a number of rupees with two decimals is what JSON prints of it. */
const rupees = (amount: Paise) => Number((amount / 100).toFixed(2));
const day = (date: string) => date.split('-').toReversed().join('-');

const byRecipient = (rows: readonly ReturnRow[]) => [...Map.groupBy(rows, ({ gstin }) => gstin)];
const dated = ({ number, date }: ReturnRow) => ({ inum: number, idt: day(date) });
const byState = ({ supply, placeOfSupply, rate }: StateRow) => ({ sply_ty: supply, pos: placeOfSupply, rt: rate });

function taxes({ cgst, sgst, igst }: Amounts) {
  return { iamt: rupees(igst), camt: rupees(cgst), samt: rupees(sgst), csamt: 0 };
}

function item(row: ReturnRow) {
  return { num: 1, itm_det: { rt: row.rate, txval: rupees(row.taxable), ...taxes(row) } };
}

function invoice(row: ReturnRow) {
  const { placeOfSupply: pos, invoiceType } = row;
  return { ...dated(row), val: rupees(row.value), pos, rchrg: 'N', inv_typ: invoiceType, itms: [item(row)] };
}

function note(row: ReturnRow) {
  const { number, date, value, placeOfSupply } = row;
  return { ntty: 'C', nt_num: number, nt_dt: day(date), val: rupees(value), pos: placeOfSupply, itms: [item(row)] };
}

function advance(row: StateRow) {
  const { supply, placeOfSupply, rate, taxable } = row;
  return { pos: placeOfSupply, sply_ty: supply, itms: [{ rt: rate, ad_amt: rupees(taxable), ...taxes(row) }] };
}

/** Services have no unit of quantity. */
function hsn({ sac, rate, taxable, ...row }: HsnRow, at: number) {
  return {
    num: at + 1,
    hsn_sc: sac,
    uqc: 'NA',
    qty: 0,
    rt: rate,
    txval: rupees(taxable),
    ...taxes({ taxable, ...row }),
  };
}
