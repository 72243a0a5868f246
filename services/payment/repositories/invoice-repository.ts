import { financialYear } from '@doffers/calendar';
import { newestFirst, type Transaction } from '@doffers/database';
import type { PageKey } from '@doffers/resource';
import { In } from 'typeorm';
import { type Invoice, type InvoiceDraft, type InvoicePdf, invoiceNumber } from '../domain/invoice.ts';
import { fromRow, InvoiceEntity, InvoicePdfEntity, toRow } from './invoice-entity.ts';

export type InvoiceRepository = {
  find(id: string): Promise<Invoice | undefined>;
  findBySource(source: string): Promise<Invoice | undefined>;
  /** A shop's documents, newest first. */
  list(query: {
    readonly shopId: string;
    readonly limit: number;
    readonly after: PageKey | undefined;
  }): Promise<readonly Invoice[]>;
  /**
   * Gives a draft the next number of its series. The series stays locked until the transaction ends, so that no number
   * is lost, none is given twice, and dates rise with numbers; a clock that is behind is given the last document's
   * time. Lock the source before, so that it has no second document.
   */
  issue(draft: InvoiceDraft, about: { readonly id: string; readonly at: Date }): Promise<Invoice>;
  findPdfs(invoiceIds: readonly string[]): Promise<ReadonlyMap<string, InvoicePdf>>;
  /** Remembers the stored PDF of a document; the first one counts. */
  savePdf(invoiceId: string, pdf: InvoicePdf, at: Date): Promise<void>;
};

/** Documents within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createInvoiceRepository(tx: Transaction): InvoiceRepository {
  const rows = () => tx.getRepository(InvoiceEntity);
  return {
    async find(id) {
      const row = await rows().findOneBy({ id });
      return row === null ? undefined : fromRow(row);
    },
    async findBySource(source) {
      const row = await rows().findOneBy({ source });
      return row === null ? undefined : fromRow(row);
    },
    async list({ shopId, ...page }) {
      const query = rows().createQueryBuilder('invoice').where({ shopId });
      return (await newestFirst(query, page).getMany()).map(fromRow);
    },
    async issue(draft, { id, at }) {
      const series = [draft.supply.supplier.gstin, draft.kind, financialYear(at)] as const;
      const { serial, issuedAt } = await takeNumber(tx, series, at);
      const [, kind, year] = series;
      const invoice = { ...draft, id, number: invoiceNumber(kind, year, serial), issuedAt };
      await rows().insert(toRow(invoice, { financialYear: year, serial }));
      return invoice;
    },
    async findPdfs(invoiceIds) {
      const found = await tx.getRepository(InvoicePdfEntity).findBy({ invoiceId: In([...invoiceIds]) });
      return new Map(
        found.map(({ invoiceId, bytes, sha256 }) => [invoiceId, { bytes, sha256: sha256.toString('hex') }]),
      );
    },
    async savePdf(invoiceId, { bytes, sha256 }, storedAt) {
      const row = { invoiceId, bytes, sha256: Buffer.from(sha256, 'hex'), storedAt };
      await tx.getRepository(InvoicePdfEntity).createQueryBuilder().insert().values(row).orIgnore().execute();
    },
  };
}

type Series = readonly [supplierGstin: string, kind: string, financialYear: string];

async function takeNumber(tx: Transaction, series: Series, at: Date): Promise<{ serial: number; issuedAt: Date }> {
  await tx.query(
    `INSERT INTO invoice_series (supplier_gstin, kind, financial_year, last_serial, last_issued_at) VALUES (?, ?, ?, 1, ?)
       ON DUPLICATE KEY UPDATE last_serial = last_serial + 1, last_issued_at = GREATEST(last_issued_at, ?)`,
    [...series, at, at],
  );
  const [row] = await tx.query(
    `SELECT last_serial, last_issued_at FROM invoice_series
      WHERE supplier_gstin = ? AND kind = ? AND financial_year = ?`,
    [...series],
  );
  return { serial: Number(row.last_serial), issuedAt: row.last_issued_at };
}
