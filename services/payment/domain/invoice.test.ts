import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { microRupees, paise } from '@doffers/money';
import { advanceTerms, aTopup } from '../test/topups.ts';
import { capturing, type Hold, newHold, releasing } from './hold.ts';
import { holdInvoice, invoiceNumber, taxRows } from './invoice.ts';
import {
  type Pack,
  type Purchase,
  packInvoice,
  packPrice,
  purchaseJournal,
  purchaseState,
  refundJournal,
} from './pack.ts';
import { placeLabel } from './place-of-supply.ts';
import { supplyTo } from './supply.ts';
import { topupDocument } from './topup-document.ts';
import { emptyWallet } from './wallet.ts';

const supplier = { name: "D'Offers", address: 'Mumbai', gstin: '27AAPFU0939F1ZV' };
const shop = { name: 'Asha', address: '5th Block', pincode: '560034', state: 'Karnataka', gstin: '29AABCR1718E1ZL' };
const supply = supplyTo(shop, supplier);
const at = new Date('2026-11-24T06:00:00Z');

/** A closed hold of 100 WhatsApp and 100 push, of which so many were captured. */
function closed(captured: Record<string, number>, promo = 0): Hold {
  const lines = ['whatsapp', 'push'].map((line) => ({
    line,
    description: `by ${line}`,
    quantity: 100,
    rate: microRupees(863_100),
  }));
  const wallet = { ...emptyWallet('shop'), postedPromo: paise(promo) };
  const hold = newHold({ key: 'campaign/c/hold/1', shopId: 'shop', lines }, { id: 'h', supply, createdAt: at }, wallet);
  return releasing(capturing(hold, new Map(Object.entries(captured)))?.hold ?? hold).hold;
}

describe('the invoice of a hold', () => {
  it('is what was captured, to the paisa', () => {
    const hold = closed({ whatsapp: 77, push: 3 });
    const invoice = holdInvoice(hold);
    assert.equal(invoice?.total, hold.captured.cash);
    assert.deepEqual([invoice?.taxable, invoice?.taxes.igst, invoice?.roundOff], [6_646 + 259, 1_243, 0]);
    assert.deepEqual(
      invoice?.lines.map(({ description, quantity }) => [description, quantity]),
      [
        ['by whatsapp', 77],
        ['by push', 3],
      ],
    );
  });

  it('leaves out what was not delivered, and shows promotional credit as a discount', () => {
    const invoice = holdInvoice(closed({ whatsapp: 100 }, 10_00));
    assert.deepEqual([invoice?.discount, invoice?.taxable, invoice?.lines.length], [10_00, 76_31, 1]);
  });

  it('does not exist when no cash was captured, nor before the hold is closed', () => {
    assert.equal(holdInvoice(closed({})), undefined);
    assert.equal(holdInvoice(closed({ whatsapp: 10 }, 50_00)), undefined, 'promotional credit has paid it all');
    assert.throws(() => holdInvoice({ ...closed({ push: 1 }), state: 'open' }), { reason: 'HOLD_OPEN' });
  });
});

describe('the receipt voucher of a top-up', () => {
  it('takes the tax out of the amount, as the ledger did', () => {
    const voucher = topupDocument(aTopup(), supply, advanceTerms());
    assert.equal(voucher.kind, 'receipt_voucher');
    assert.deepEqual([voucher.taxable, voucher.taxes.igst, voucher.total], [4_237_29, 762_71, 5_000_00]);
    const within = topupDocument(aTopup({ placeOfSupply: '27' }), supply, advanceTerms());
    assert.deepEqual([within.taxable, within.taxes], [4_237_28, { cgst: 381_36, sgst: 381_36, igst: 0 }]);
  });
});

describe('the sale of ad credits', () => {
  const timing = 'INVOICE_AT_TOPUP';

  it('is invoiced with its tax when it is paid', () => {
    const payment = { id: 'pay_1', creditedAt: at };
    const invoice = topupDocument(aTopup({ payment }), supply, advanceTerms({ timing }));
    assert.deepEqual([invoice.kind, invoice.taxable, invoice.total], ['tax_invoice', 4_237_29, 5_000_00]);
    assert.deepEqual(invoice.settlement, { by: 'gateway', payment: 'pay_1' });
  });

  it('leaves a campaign its price without tax, and a statement that is no tax invoice', () => {
    const taxed = supplyTo(shop, supplier, undefined, { timing });
    const statement = holdInvoice({ ...closed({ whatsapp: 100 }), supply: taxed });
    assert.deepEqual([statement?.kind, statement?.taxable, statement?.total], ['usage_statement', 86_31, 86_31]);
    assert.deepEqual(statement?.taxes, { cgst: 0, sgst: 0, igst: 0 });
    assert.deepEqual(taxRows({ supply: taxed, taxes: { cgst: paise(0), sgst: paise(0), igst: paise(0) } }), []);
  });
});

describe('a supply', () => {
  it('to a special economic zone is across the border, also within the State', () => {
    const zone = supplyTo({ ...shop, gstin: '27AAJCS5738D1Z6' }, supplier, undefined, { specialEconomicZone: true });
    assert.deepEqual(
      [zone.placeOfSupply, taxRows({ supply: zone, taxes: packPrice(aPack, zone).taxes })[0].name],
      ['27', 'IGST'],
    );
  });

  it('is refused to a party without a State', () => {
    const nowhere = { ...shop, gstin: '', state: 'Bombay Presidency' };
    assert.throws(() => supplyTo(nowhere, supplier), { reason: 'STATE_UNKNOWN' });
  });

  it('names an unregistered party by its address on record, with State and PIN', () => {
    const { recipient, placeOfSupply } = supplyTo({ ...shop, gstin: '' }, supplier);
    assert.deepEqual([recipient.address, recipient.gstin, placeOfSupply], ['5th Block, Karnataka, 560034', '', '29']);
  });
});

const messages = { whatsapp: 500 };
const aPack: Pack = { id: 'growth', name: 'Growth', offers: 10, messages, price: paise(4_999_00), validDays: 90 };

describe('the purchase of a pack', () => {
  const pack = aPack;
  const { total } = packPrice(pack, supply);
  const about = { id: 'p', shopId: 'shop', buyerId: 'b', pack, supply, total, createdAt: at };
  const aPurchase = (charge: Purchase['charge'], grant: Purchase['grant']): Purchase => ({ ...about, charge, grant });

  it('is completed when it is paid and granted, and failed once either cannot be any more', () => {
    assert.equal(purchaseState({ charge: 'charged', grant: 'granted' }), 'completed');
    for (const grant of ['none', 'granted', 'revoked', 'void'] as const) {
      for (const charge of ['refused', 'refunded', 'void'] as const)
        assert.equal(purchaseState({ charge, grant }), 'failed');
    }
    assert.equal(purchaseState({ charge: 'charged', grant: 'revoked' }), 'failed');
    assert.equal(purchaseState({ charge: 'charged', grant: 'none' }), 'pending');
    assert.equal(purchaseState({ charge: 'none', grant: 'none' }), 'pending');
  });

  it('costs its price and the tax, and the refund mirrors the charge', () => {
    assert.equal(total, 4_999_00 + 899_82);
    const lines = purchaseJournal(aPurchase('charged', 'none')).lines;
    const back = refundJournal(aPurchase('charged', 'none')).lines;
    assert.deepEqual(
      lines.map(({ debit, credit }) => [credit, debit]),
      back.map(({ debit, credit }) => [debit, credit]),
    );
    assert.deepEqual(
      lines.map(({ account, debit, credit }) => [account.code, debit, credit]),
      [
        ['WALLET_CASH', 5_898_82, 0],
        ['SUBSCRIPTION_REVENUE', 0, 4_999_00],
        ['ADVANCE_TAX', 0, 899_82],
      ],
    );
  });

  it('is invoiced when it is completed, and never when it failed', () => {
    const invoice = packInvoice(aPurchase('charged', 'granted'));
    assert.deepEqual([invoice?.total, invoice?.sold], [total, 'pack']);
    assert.equal(packInvoice(aPurchase('refunded', 'revoked')), undefined);
    assert.throws(() => packInvoice(aPurchase('charged', 'none')), { reason: 'PURCHASE_PENDING' });
  });
});

describe('a document', () => {
  it('has a number of at most sixteen characters, by kind and financial year', () => {
    assert.equal(invoiceNumber('tax_invoice', '2627', 1), 'DOF/2627/000001');
    assert.equal(invoiceNumber('receipt_voucher', '2627', 1_234_567), 'DRV/2627/1234567');
  });

  it('names its taxes as they are due at the place of supply', () => {
    const taxes = { cgst: paise(9), sgst: paise(9), igst: paise(18) };
    const rows = (placeOfSupply: string, gstin = supplier.gstin) =>
      taxRows({ taxes, supply: { ...supply, placeOfSupply, supplier: { ...supplier, gstin } } }).map(
        ({ name, rate }) => [name, rate],
      );
    assert.deepEqual(rows('29'), [['IGST', '18 %']]);
    assert.deepEqual(rows('27'), [
      ['CGST', '9 %'],
      ['SGST', '9 %'],
    ]);
    assert.deepEqual(rows('04', '04AAPFU0939F1ZV'), [
      ['CGST', '9 %'],
      ['UTGST', '9 %'],
    ]);
  });

  it('labels places as the tax portal does', () => {
    assert.deepEqual(['29', '01', '21', '97'].map(placeLabel), [
      '29-Karnataka',
      '01-Jammu and Kashmir',
      '21-Odisha',
      '97-Other Territory',
    ]);
  });
});
