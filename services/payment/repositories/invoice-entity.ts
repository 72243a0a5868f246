import { idColumn, instantColumn, paiseColumn } from '@doffers/database';
import type { Paise } from '@doffers/money';
import { EntitySchema } from 'typeorm';
import type { Invoice, InvoiceKind } from '../domain/invoice.ts';

/** What only some documents have, and no query asks for. */
type Details = Pick<Invoice, 'original' | 'reason' | 'settlement' | 'sold'>;

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
  originalId: string | null;
  details: Details | null;
  requestHash: Buffer | null;
};

export const InvoiceEntity = new EntitySchema<InvoiceRow>({
  name: 'invoice',
  tableName: 'invoice',
  columns: {
    id: idColumn('id', { primary: true }),
    shopId: idColumn('shop_id'),
    kind: {
      type: 'enum',
      enum: ['tax_invoice', 'receipt_voucher', 'credit_note', 'refund_voucher', 'usage_statement'],
    },
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
    originalId: idColumn('original_id', { nullable: true }),
    details: { type: 'simple-json', nullable: true },
    requestHash: { name: 'request_hash', type: 'binary', length: 32, nullable: true },
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

/** The place of a document in its series, and the request that asked for it where a person did. */
type Filing = { readonly financialYear: string; readonly serial: number; readonly requestHash: Buffer | null };

export function toRow(invoice: Invoice, filing: Filing): InvoiceRow {
  const { taxes, issuedAt, original, reason, settlement, sold, ...rest } = invoice;
  const details = detailsOf(invoice);
  const about = { supplierGstin: invoice.supply.supplier.gstin, createdAt: issuedAt };
  const stored = Object.keys(details).length === 0 ? null : details;
  return { ...rest, ...taxes, ...filing, ...about, originalId: original?.id ?? null, details: stored };
}

export function fromRow(row: InvoiceRow): Invoice {
  const { cgst, sgst, igst, createdAt, details, ...columns } = row;
  const { id, shopId, kind, number, source, supply, lines, discount, taxable, roundOff, total } = columns;
  const amounts = { discount, taxable, taxes: { cgst, sgst, igst }, roundOff, total };
  const document = { id, shopId, kind, number, source, supply, lines, ...amounts, issuedAt: createdAt };
  return { ...document, ...detailsOf(details ?? {}) };
}

/** Only what there is: a document compares equal to the one that was written. */
function detailsOf({ original, reason, settlement, sold }: Details): Details {
  return {
    ...(original && { original }),
    ...(reason !== undefined && { reason }),
    ...(settlement && { settlement }),
    ...(sold && { sold }),
  };
}
