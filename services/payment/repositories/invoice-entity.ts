import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Invoice, InvoiceKind } from '../domain/invoice.ts';

/** A document as its row. */
export type InvoiceRow = {
  id: string;
  shopId: string;
  kind: InvoiceKind;
  supplierGstin: string;
  financialYear: string;
  serial: number;
  number: string;
  source: string;
  supply: Invoice['supply'];
  lines: Invoice['lines'];
  discount: Paise;
  taxable: Paise;
  cgst: Paise;
  sgst: Paise;
  igst: Paise;
  roundOff: Paise;
  total: Paise;
  createdAt: Date;
};

export const InvoiceEntity = new EntitySchema<InvoiceRow>({
  name: 'invoice',
  tableName: 'invoice',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    kind: { type: 'enum', enum: ['tax_invoice', 'receipt_voucher'] },
    supplierGstin: { name: 'supplier_gstin', type: 'char', length: 15 },
    financialYear: { name: 'financial_year', type: 'char', length: 4 },
    serial: { type: 'int', unsigned: true },
    number: { type: 'varchar', length: 16 },
    source: { type: 'varchar', length: 160 },
    supply: { type: 'simple-json' },
    lines: { type: 'simple-json' },
    discount: paiseColumn('discount_paise'),
    taxable: paiseColumn('taxable_paise'),
    cgst: paiseColumn('cgst_paise'),
    sgst: paiseColumn('sgst_paise'),
    igst: paiseColumn('igst_paise'),
    roundOff: paiseColumn('round_off_paise'),
    total: paiseColumn('total_paise'),
    createdAt: instantColumn('issued_at'),
  },
});

export type InvoicePdfRow = { invoiceId: string; bytes: number; sha256: Buffer; storedAt: Date };

export const InvoicePdfEntity = new EntitySchema<InvoicePdfRow>({
  name: 'invoice_pdf',
  tableName: 'invoice_pdf',
  columns: {
    invoiceId: idColumn('invoice_id', { primary: true }),
    bytes: { type: 'int', unsigned: true },
    sha256: { type: 'binary', length: 32 },
    storedAt: instantColumn('stored_at'),
  },
});

export function toRow(invoice: Invoice, series: { financialYear: string; serial: number }): InvoiceRow {
  const { taxes, issuedAt, ...rest } = invoice;
  return { ...rest, ...taxes, ...series, supplierGstin: invoice.supply.supplier.gstin, createdAt: issuedAt };
}

export function fromRow(row: InvoiceRow): Invoice {
  const { cgst, sgst, igst, createdAt, supplierGstin: _series, financialYear: _year, serial: _serial, ...rest } = row;
  return { ...rest, taxes: { cgst, sgst, igst }, issuedAt: createdAt };
}
