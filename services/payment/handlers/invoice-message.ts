import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { paiseFromInt64, rupeesInWords, toInt64 } from '@doffers/money';
import {
  type CreditInvoiceRequest,
  type InvoiceLineSchema,
  type InvoiceSchema,
  InvoiceKind as Kind,
  Invoice_PaidBy as PaidBy,
} from '@doffers/proto/payment/v1/invoice_service';
import type { CreditRequest } from '../domain/credit-note.ts';
import type { Invoice, InvoiceKind, InvoiceLine } from '../domain/invoice.ts';
import { placeLabel } from '../domain/place-of-supply.ts';
import type { ReadInvoice } from '../usecases/read-invoices.ts';

const kinds: Readonly<Record<InvoiceKind, Kind>> = {
  tax_invoice: Kind.TAX_INVOICE,
  receipt_voucher: Kind.RECEIPT_VOUCHER,
  credit_note: Kind.CREDIT_NOTE,
  refund_voucher: Kind.REFUND_VOUCHER,
  usage_statement: Kind.USAGE_STATEMENT,
};

/** The kind asked for; undefined for every kind. */
export function kindFrom(kind: Kind): InvoiceKind | undefined {
  return Object.entries(kinds).find(([, named]) => named === kind)?.[0] as InvoiceKind | undefined;
}

export function creditRequestFrom(request: CreditInvoiceRequest): CreditRequest {
  const { invoiceId, requestId, reason } = request;
  return { invoiceId, requestId, reason, credit: creditFrom(request) };
}

function creditFrom({ lines, taxablePaise, everything }: CreditInvoiceRequest): CreditRequest['credit'] {
  if (everything) return 'everything';
  if (lines.length === 0) return { taxable: paiseFromInt64(taxablePaise) };
  return lines.map(({ line, credit }) =>
    credit.case === 'quantity'
      ? { line, quantity: Number(credit.value) }
      : { line, taxable: paiseFromInt64(credit.value ?? 0n) },
  );
}

type Known = Pick<ReadInvoice, 'invoice'> & Partial<ReadInvoice>;

export function invoiceMessage({ invoice, pdf, eInvoice }: Known): MessageInitShape<typeof InvoiceSchema> {
  const { supply, taxes, original } = invoice;
  return {
    invoiceId: invoice.id,
    shopId: invoice.shopId,
    kind: kinds[invoice.kind],
    number: invoice.number,
    issueTime: timestampFromDate(invoice.issuedAt),
    source: invoice.source,
    lines: invoice.lines.map(lineMessage),
    discountPaise: toInt64(invoice.discount),
    taxablePaise: toInt64(invoice.taxable),
    cgstPaise: toInt64(taxes.cgst),
    sgstPaise: toInt64(taxes.sgst),
    igstPaise: toInt64(taxes.igst),
    roundOffPaise: toInt64(invoice.roundOff),
    totalPaise: toInt64(invoice.total),
    placeOfSupply: placeLabel(supply.placeOfSupply),
    recipientName: supply.recipient.name,
    recipientAddress: supply.recipient.address,
    supplierName: supply.supplier.name,
    supplierAddress: supply.supplier.address,
    totalInWords: rupeesInWords(invoice.total),
    ...settlementMessage(invoice),
    recipientGstin: supply.recipient.gstin,
    supplierGstin: supply.supplier.gstin,
    ...(original && {
      original: { invoiceId: original.id, number: original.number, issueDate: original.issuedOn },
    }),
    reason: invoice.reason ?? '',
    ...(pdf && { pdfBytes: BigInt(pdf.bytes), pdfSha256: pdf.sha256 }),
    ...(eInvoice && {
      eInvoice: {
        irn: eInvoice.irn,
        acknowledgementNumber: eInvoice.acknowledgement,
        acknowledgeTime: timestampFromDate(new Date(`${eInvoice.acknowledgedAt.replace(' ', 'T')}+05:30`)),
      },
    }),
  };
}

const paidBy = { advance: PaidBy.ADVANCE, gateway: PaidBy.GATEWAY, due: PaidBy.DUE } as const;

/** Only a sale is paid; an older document than the settlements was paid from the wallet. */
function settlementMessage({ kind, settlement = { by: 'advance', receipts: [] } }: Invoice) {
  if (kind !== 'tax_invoice') return {};
  return {
    paidBy: paidBy[settlement.by],
    receiptNumbers: settlement.by === 'advance' ? settlement.receipts.map(({ number }) => number) : [],
    dueDate: settlement.by === 'due' ? settlement.on : '',
  };
}

function lineMessage(line: InvoiceLine): MessageInitShape<typeof InvoiceLineSchema> {
  const { description, sac, quantity, rate, discount, taxable, taxes, credits } = line;
  return {
    description,
    sac,
    quantity: BigInt(quantity),
    rateMicros: BigInt(rate),
    discountPaise: toInt64(discount),
    taxablePaise: toInt64(taxable),
    cgstPaise: toInt64(taxes.cgst),
    sgstPaise: toInt64(taxes.sgst),
    igstPaise: toInt64(taxes.igst),
    originalLine: credits?.line ?? 0,
  };
}
