import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { paise, sumPaise, totalTax } from '@doffers/money';
import { anInvoice } from '../test/invoices.ts';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { payingReceipts } from './advances.ts';
import { creditNote } from './credit-note.ts';
import { type Gstr1, gstr1, taxOf } from './gstr1.ts';
import { gstr1Csv } from './gstr1-csv.ts';
import { gstr1Json } from './gstr1-json.ts';
import { type Invoice, invoiceNumber } from './invoice.ts';
import { refundVoucher } from './refund-voucher.ts';
import { topupDocument } from './topup-document.ts';

const supplier = anInvoice().supply.supplier;
const issuedAt = new Date('2026-11-24T06:00:00Z');
const about = { gstin: supplier.gstin, period: '2026-11' };

const recipients = {
  registered: { name: 'Asha, "Stores"', address: 'Bengaluru', gstin: '29AABCR1718E1ZL' },
  unregistered: { name: '=Binu()', address: 'Pune', gstin: '' },
};

/** A month of every kind: registered and not, within and across the border, large and small, credited and paid back. */
function aMonth(): readonly Invoice[] {
  let serial = 0;
  const sale = (recipient: keyof typeof recipients, placeOfSupply: string, times = 1): Invoice => {
    const supply = { ...anInvoice().supply, recipient: recipients[recipient], placeOfSupply };
    const plain = anInvoice({ supply });
    const by = (amount: number) => paise(amount * times);
    const taxesBy = ({ cgst, sgst, igst }: Invoice['taxes']) => ({ cgst: by(cgst), sgst: by(sgst), igst: by(igst) });
    const number = invoiceNumber('tax_invoice', '2627', ++serial);
    const lines = plain.lines.map((line) => ({ ...line, taxable: by(line.taxable), taxes: taxesBy(line.taxes) }));
    const amounts = { taxable: by(plain.taxable), taxes: taxesBy(plain.taxes), total: by(plain.total) };
    return { ...plain, id: `sale ${serial}`, number, issuedAt, lines, ...amounts };
  };
  const sales = [
    sale('registered', '29'),
    sale('registered', '27'),
    sale('unregistered', '27', 20),
    sale('unregistered', '29'),
    sale('unregistered', '29', 20),
  ];
  const notes = sales.map((invoice, n): Invoice => {
    const request = { invoiceId: invoice.id, requestId: 'r', reason: 'why', credit: { taxable: paise(1_000_00) } };
    const draft = creditNote(invoice, [], request, issuedAt);
    return { ...draft, id: `note ${n}`, number: invoiceNumber('credit_note', '2627', n + 1), issuedAt };
  });
  const draft = topupDocument(aTopup(), { supplier, recipient: recipients.registered }, advanceTerms());
  const receipt: Invoice = { ...draft, id: 'receipt', number: 'DRV/2627/000001', issuedAt };
  const taxes = { cgst: paise(0), sgst: paise(0), igst: paise(152_54) };
  const back = refundVoucher(receipt, [], { refundId: 'x', amount: paise(1_000_00), taxes });
  return [...sales, ...notes, receipt, { ...back, id: 'refund', number: 'DRF/2627/000001', issuedAt }];
}

const month = aMonth();
const byId = new Map(month.map((document) => [document.id, document]));
const form = (): Gstr1 => gstr1(about, month, byId);

describe('the return of a month', () => {
  it('lists registered recipients and large inter-State invoices, and sums up the rest by State', () => {
    const { b2b, b2cl, b2cs, cdnr, cdnur } = form();
    assert.deepEqual(
      b2b.map(({ number, supply, placeOfSupply }) => [number, supply, placeOfSupply]),
      [
        ['DOF/2627/000001', 'INTER', '29'],
        ['DOF/2627/000002', 'INTRA', '27'],
      ],
    );
    assert.deepEqual(
      b2cl.map(({ number }) => number),
      ['DOF/2627/000005'],
    );
    assert.deepEqual(
      b2cs.map(({ placeOfSupply, supply, taxable }) => [placeOfSupply, supply, taxable]),
      [
        ['27', 'INTRA', 20 * 11_113_60 - 1_000_00],
        ['29', 'INTER', 11_113_60 - 1_000_00],
      ],
    );
    assert.deepEqual([cdnr.length, cdnur.length], [2, 1]);
    assert.deepEqual(cdnr[0]?.original, { number: 'DOF/2627/000001', date: '2026-11-24' });
  });

  it('adds up to the documents, by value and by tax, in the sections and in the summary by code', () => {
    const { b2b, b2cl, b2cs, cdnr, cdnur, hsnB2b, hsnB2c } = form();
    const invoices = month.filter(({ kind }) => kind === 'tax_invoice');
    const notes = month.filter(({ kind }) => kind === 'credit_note');
    const net = (amount: (document: Invoice) => number) =>
      invoices.reduce((sum, one) => sum + amount(one), 0) - notes.reduce((sum, one) => sum + amount(one), 0);
    const listed = [...b2b, ...b2cl, ...b2cs];
    const credited = [...cdnr, ...cdnur];
    const taxable = (rows: readonly { taxable: number }[]) => rows.reduce((sum, row) => sum + row.taxable, 0);
    assert.equal(
      taxable(listed) - taxable(credited),
      net((document) => document.taxable),
    );
    assert.equal(
      taxOf(listed) - taxOf(credited),
      net(({ taxes }) => totalTax(taxes)),
    );
    assert.equal(
      taxable([...hsnB2b, ...hsnB2c]),
      net((document) => document.taxable),
    );
    assert.equal(
      taxOf([...hsnB2b, ...hsnB2c]),
      net(({ taxes }) => totalTax(taxes)),
    );
  });

  it('shows advances as received and as adjusted', () => {
    const { advancesReceived, advancesAdjusted } = form();
    assert.equal(taxOf(advancesReceived), 762_71 - 152_54);
    const sales = month.filter(({ kind }) => kind === 'tax_invoice');
    const notes = month.filter(({ kind }) => kind === 'credit_note');
    const taxes = (documents: readonly Invoice[]) => sumPaise(documents.map(({ taxes }) => totalTax(taxes)));
    assert.equal(taxOf(advancesAdjusted), taxes(sales) - taxes(notes));
    const paid = month.map((document) => ({ ...document, settlement: { by: 'gateway', payment: 'p' } as const }));
    assert.equal(gstr1(about, paid, byId).advancesAdjusted.filter(({ taxable }) => taxable > 0).length, 0);
  });

  it('tells the first and the last number of each series, and how many there are', () => {
    assert.deepEqual(form().documents, [
      { nature: 1, from: 'DOF/2627/000001', to: 'DOF/2627/000005', total: 5 },
      { nature: 5, from: 'DCN/2627/000001', to: 'DCN/2627/000005', total: 5 },
      { nature: 6, from: 'DRV/2627/000001', to: 'DRV/2627/000001', total: 1 },
      { nature: 8, from: 'DRF/2627/000001', to: 'DRF/2627/000001', total: 1 },
    ]);
  });

  it('of a month without documents is empty', () => {
    const { documents, b2b, hsnB2b } = gstr1(about, [], new Map());
    assert.deepEqual([documents, b2b, hsnB2b], [[], [], []]);
  });
});

describe('the return as JSON', () => {
  it('has the names, dates and rupees of the offline utility', () => {
    const json = gstr1Json(form());
    assert.deepEqual([json.gstin, json.fp], [supplier.gstin, '112026']);
    assert.deepEqual(json.b2b[0]?.inv[0], {
      inum: 'DOF/2627/000001',
      idt: '24-11-2026',
      val: 13_114.05,
      pos: '29',
      rchrg: 'N',
      inv_typ: 'R',
      itms: [{ num: 1, itm_det: { rt: 18, txval: 11_113.6, iamt: 2_000.45, camt: 0, samt: 0, csamt: 0 } }],
    });
    assert.equal(json.doc_issue.doc_det[0]?.docs[0]?.totnum, 5);
    assert.equal(json.hsn.hsn_b2b[0]?.hsn_sc, '998365');
  });
});

describe('the return as CSV', () => {
  it('has one row for everything, quoted, and no name that a spreadsheet would run', () => {
    const [head, ...rows] = gstr1Csv(form()).trimEnd().split('\r\n');
    assert.ok(head?.startsWith('section,gstin,recipient,number'));
    assert.ok(
      rows[0]?.startsWith('b2b,29AABCR1718E1ZL,"Asha, ""Stores""",DOF/2627/000001,,2026-11-24,29,INTER,,18,13114.05'),
    );
    assert.ok(rows.some((row) => row.startsWith("b2cl,,'=Binu(),")));
    const sections = new Set(rows.map((row) => row.split(',')[0]));
    assert.deepEqual(
      [...sections],
      ['b2b', 'b2cl', 'b2cs', 'cdnr', 'cdnur', 'at', 'txpd', 'hsn_b2b', 'hsn_b2c', 'docs'],
    );
  });
});

describe('the receipts that pay an invoice', () => {
  const receipt = (number: string, left: number) => ({ id: number, number, issuedOn: '2026-11-24', left: paise(left) });
  const paidIn = [receipt('DRV/1', 100), receipt('DRV/2', 50), receipt('DRV/3', 500)];
  const numbers = (used: number, total: number, receipts = paidIn) =>
    payingReceipts({ used: paise(used), receipts }, paise(total)).map(({ number }) => number);

  it('are the oldest with anything left', () => {
    assert.deepEqual(numbers(0, 100), ['DRV/1']);
    assert.deepEqual(numbers(0, 101), ['DRV/1', 'DRV/2']);
    assert.deepEqual(numbers(100, 50), ['DRV/2']);
    assert.deepEqual(numbers(99, 600), ['DRV/1', 'DRV/2', 'DRV/3']);
  });

  it('are none that was paid back', () => {
    const [, ...later] = paidIn;
    assert.deepEqual(numbers(0, 100, [receipt('DRV/1', 0), ...later]), ['DRV/2', 'DRV/3']);
    assert.deepEqual(numbers(0, 60, [receipt('DRV/1', 10), ...later]), ['DRV/1', 'DRV/2']);
    assert.deepEqual(numbers(0, 600, [receipt('DRV/1', 100), receipt('DRV/2', 0), receipt('DRV/3', 500)]), [
      'DRV/1',
      'DRV/3',
    ]);
  });

  it('are fewer than it takes when the newest has no voucher yet', () => assert.deepEqual(numbers(700, 10), []));
});
