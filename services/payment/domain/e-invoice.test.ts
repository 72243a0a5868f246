import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { microRupees, paise } from '@doffers/money';
import { anInvoice } from '../test/invoices.ts';
import { mustBeRegistered } from './e-invoice.ts';
import { eInvoiceJson } from './e-invoice-json.ts';
import type { Invoice } from './invoice.ts';

const [line] = anInvoice().lines;
assert.ok(line);
const withRecipient = (changes: Partial<Invoice['supply']['recipient']>) => {
  const { supply } = anInvoice();
  return anInvoice({ supply: { ...supply, recipient: { ...supply.recipient, ...changes } } });
};

describe('a document', () => {
  it('is registered when it is an invoice or note to a registered shop, from the day on that the law names', () => {
    assert.equal(mustBeRegistered(anInvoice(), '2026-11-25'), true, 'it was issued after midnight in India');
    assert.equal(mustBeRegistered(anInvoice(), '2026-11-26'), false);
    assert.equal(mustBeRegistered(anInvoice({ kind: 'credit_note' }), '2026-11-25'), true);
    for (const kind of ['receipt_voucher', 'refund_voucher', 'usage_statement'] as const) {
      assert.equal(mustBeRegistered(anInvoice({ kind }), '2026-11-25'), false, kind);
      assert.throws(() => eInvoiceJson(anInvoice({ kind })), { reason: 'NOT_AN_E_INVOICE' });
    }
    assert.equal(mustBeRegistered(withRecipient({ gstin: '' }), '2026-11-25'), false);
  });

  it('is written in schema 1.1, to the paisa', () => {
    const { ItemList, ...about } = eInvoiceJson(anInvoice());
    assert.deepEqual(about, {
      Version: '1.1',
      TranDtls: { TaxSch: 'GST', SupTyp: 'B2B', RegRev: 'N', IgstOnIntra: 'N' },
      DocDtls: { Typ: 'INV', No: 'DOF/2627/000001', Dt: '25/11/2026' },
      SellerDtls: {
        Gstin: '27AAPFU0939F1ZV',
        LglNm: "D'Offers Technologies Private Limited",
        Addr1: '2nd Floor, Trade House, Senapati Bapat Marg, Lower Parel, Mumbai',
        Loc: 'Mumbai',
        Pin: 400013,
        Stcd: '27',
      },
      BuyerDtls: {
        Gstin: '29AABCR1718E1ZL',
        LglNm: 'Asha Stores',
        Addr1: '12, 5th Block, Koramangala',
        Loc: 'Koramangala',
        Pin: 560034,
        Stcd: '29',
        Pos: '29',
      },
      ValDtls: { AssVal: 11113.6, CgstVal: 0, SgstVal: 0, IgstVal: 2000.45, RndOffAmt: 0, TotInvVal: 13114.05 },
    });
    assert.deepEqual(ItemList[0], {
      SlNo: '1',
      PrdDesc: 'WhatsApp messages delivered',
      IsServc: 'Y',
      HsnCd: '998365',
      Qty: 12345,
      Unit: 'OTH',
      UnitPrice: 0.88,
      TotAmt: 10863.6,
      Discount: 0,
      AssAmt: 10863.6,
      GstRt: 18,
      CgstAmt: 0,
      SgstAmt: 0,
      IgstAmt: 1955.45,
      TotItemVal: 12819.05,
    });
  });

  it('gives a price of more than three decimals for all of a line, and leaves out what a pack has paid', () => {
    const zero = { taxable: paise(0), discount: paise(0), taxes: { cgst: paise(0), sgst: paise(0), igst: paise(0) } };
    const lines = [
      { ...line, ...zero, quantity: 5, rate: microRupees(0), description: 'included' },
      { ...line, rate: microRupees(863_100), taxable: paise(10_600_00), discount: paise(54_97) },
    ];
    const { ItemList } = eInvoiceJson(anInvoice({ lines }));
    assert.equal(ItemList.length, 1);
    assert.deepEqual(
      { ...ItemList[0], Qty: undefined },
      {
        ...ItemList[0],
        Qty: undefined,
        SlNo: '1',
        UnitPrice: 10654.97,
        TotAmt: 10654.97,
        Discount: 54.97,
        AssAmt: 10600,
      },
    );
    assert.ok(!('Qty' in (ItemList[0] ?? {})));
  });

  it('quotes the invoice that a note corrects, and names a special economic zone', () => {
    const original = { id: 'o', number: 'DOF/2627/000009', issuedOn: '2026-11-01' };
    const note = eInvoiceJson(anInvoice({ kind: 'credit_note', original }));
    assert.deepEqual(note.RefDtls, { PrecDocDtls: [{ InvNo: 'DOF/2627/000009', InvDt: '01/11/2026' }] });
    assert.equal(note.DocDtls.Typ, 'CRN');
    const supply = { ...anInvoice().supply, specialEconomicZone: true };
    assert.equal(eInvoiceJson(anInvoice({ supply })).TranDtls.SupTyp, 'SEZWP');
  });

  it('names a shop of fewer than three letters in three', () => {
    const nameOf = (name: string) => eInvoiceJson(withRecipient({ name })).BuyerDtls.LglNm;
    assert.deepEqual(['A', 'Ax', 'Axe'].map(nameOf), ['A..', 'Ax.', 'Axe']);
  });

  it('takes addresses as shops write them apart', () => {
    const partsOf = (address: string) => {
      const { Addr1, Addr2, Loc, Pin } = eInvoiceJson(withRecipient({ address })).BuyerDtls;
      return { Addr1, Addr2, Loc, Pin };
    };
    const street = `${'Shop 7, '.repeat(12)}"Old" Market, Mandya`;
    assert.deepEqual(partsOf(`${street}, Karnataka, 571401`), {
      Addr1: 'Shop 7, '.repeat(12).padEnd(96) + "'Old",
      Addr2: "' Market, Mandya",
      Loc: 'Mandya',
      Pin: 571401,
    });
    assert.deepEqual(partsOf('560034'), { Addr1: '560034', Addr2: undefined, Loc: '560034', Pin: 560034 });
    assert.deepEqual(partsOf('9, Karnataka, 560034'), { Addr1: '9', Addr2: undefined, Loc: 'Karnataka', Pin: 560034 });
    assert.throws(() => partsOf('12, 5th Block, Karnataka'), { reason: 'ADDRESS_WITHOUT_PIN' });
  });
});
