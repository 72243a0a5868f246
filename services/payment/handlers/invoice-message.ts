import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { toInt64 } from '@doffers/money';
import { type InvoiceSchema, InvoiceKind as Kind } from '@doffers/proto/payment/v1/invoice_service';
import type { Invoice, InvoiceKind, InvoicePdf } from '../domain/invoice.ts';
import { placeLabel } from '../domain/place-of-supply.ts';

const kinds: Readonly<Record<InvoiceKind, Kind>> = {
  tax_invoice: Kind.TAX_INVOICE,
  receipt_voucher: Kind.RECEIPT_VOUCHER,
};

export function invoiceMessage(invoice: Invoice, pdf: InvoicePdf | undefined): MessageInitShape<typeof InvoiceSchema> {
  const { supply, taxes } = invoice;
  return {
    invoiceId: invoice.id,
    shopId: invoice.shopId,
    kind: kinds[invoice.kind],
    number: invoice.number,
    issueTime: timestampFromDate(invoice.issuedAt),
    source: invoice.source,
    lines: invoice.lines.map(({ description, sac, quantity, rate, discount, taxable }) => ({
      description,
      sac,
      quantity: BigInt(quantity),
      rateMicros: BigInt(rate),
      discountPaise: toInt64(discount),
      taxablePaise: toInt64(taxable),
    })),
    discountPaise: toInt64(invoice.discount),
    taxablePaise: toInt64(invoice.taxable),
    cgstPaise: toInt64(taxes.cgst),
    sgstPaise: toInt64(taxes.sgst),
    igstPaise: toInt64(taxes.igst),
    roundOffPaise: toInt64(invoice.roundOff),
    totalPaise: toInt64(invoice.total),
    placeOfSupply: placeLabel(supply.placeOfSupply),
    recipientName: supply.recipient.name,
    recipientGstin: supply.recipient.gstin,
    supplierGstin: supply.supplier.gstin,
    ...(pdf && { pdfBytes: BigInt(pdf.bytes), pdfSha256: pdf.sha256 }),
  };
}
