import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { EInvoice } from '../domain/e-invoice.ts';

export type EInvoiceRepository = {
  find(invoiceIds: readonly string[]): Promise<ReadonlyMap<string, EInvoice>>;
  /** Remembers how a document is registered; the first answer counts. */
  save(invoiceId: string, eInvoice: EInvoice, at: Date): Promise<void>;
};

/** Registrations of documents at the portal, statement by statement or within one transaction. */
export function createEInvoiceRepository(tx: Transaction): EInvoiceRepository {
  return {
    async find(invoiceIds) {
      if (invoiceIds.length === 0) return new Map();
      const rows: Row[] = await tx.query('SELECT * FROM e_invoice WHERE invoice_id IN (?)', [
        invoiceIds.map((id) => idToBytes(id)),
      ]);
      return new Map(rows.map((row) => [idFromBytes(row.invoice_id), fromRow(row)]));
    },
    async save(invoiceId, { irn, acknowledgement, acknowledgedAt, signedQr }, at) {
      await tx.query(
        `INSERT IGNORE INTO e_invoice (invoice_id, irn, acknowledgement, acknowledged_at, signed_qr, registered_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        [idToBytes(invoiceId), irn, acknowledgement, acknowledgedAt, signedQr, at],
      );
    },
  };
}

type Row = {
  invoice_id: Buffer;
  irn: string;
  acknowledgement: string;
  acknowledged_at: string;
  signed_qr: string;
};

function fromRow({ irn, acknowledgement, acknowledged_at: acknowledgedAt, signed_qr: signedQr }: Row): EInvoice {
  return { irn, acknowledgement, acknowledgedAt, signedQr };
}
