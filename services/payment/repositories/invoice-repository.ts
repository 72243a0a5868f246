import { financialYear, istDay } from '@doffers/calendar';
import { newestFirst, requestHash, type Transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import type { PageKey } from '@doffers/resource';
import { And, In, LessThan, MoreThanOrEqual } from 'typeorm';
import { isPaidFromAdvances, payingReceipts } from '../domain/advances.ts';
import { keyReused } from '../domain/hold.ts';
import {
  type Invoice,
  type InvoiceDraft,
  type InvoiceKind,
  type InvoicePdf,
  invoiceNumber,
} from '../domain/invoice.ts';
import { readAdvances } from './advances.ts';
import { fromRow, InvoiceEntity, InvoicePdfEntity, toRow } from './invoice-entity.ts';

export type InvoiceRepository = {
  find(id: string): Promise<Invoice | undefined>;
  /** A document, locked until the transaction ends: whoever corrects it waits for who corrects it before. */
  lock(id: string): Promise<Invoice | undefined>;
  findBySource(source: string): Promise<Invoice | undefined>;
  /**
   * The document that a request was given.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED` when its source was used for another request
   */
  findFor(source: string, request: unknown): Promise<Invoice | undefined>;
  /** What corrects or pays back a document, in the order of their issue: numbers begin again every year. */
  listByOriginal(id: string): Promise<readonly Invoice[]>;
  findAll(ids: readonly string[]): Promise<readonly Invoice[]>;
  /** A shop's documents, newest first. */
  list(query: InvoiceQuery): Promise<readonly Invoice[]>;
  /** All documents of a supplier from `start` until before `end`, in the order of their numbers. */
  listIssued(query: {
    readonly supplierGstin: string;
    readonly start: Date;
    readonly end: Date;
  }): Promise<readonly Invoice[]>;
  /**
   * Gives a draft the next number of its series. The series stays locked until the transaction ends, so that no number
   * is lost, none is given twice, and dates rise with numbers; a clock that is a moment behind is given the last
   * document's time. Lock the source before, so that it has no second document. An invoice that is paid from the wallet
   * quotes the vouchers of the advances that pay it.
   * @throws DomainError `SERIES_AHEAD` on a day before the last document's
   */
  issue(
    draft: InvoiceDraft,
    about: { readonly id: string; readonly at: Date; readonly request?: unknown },
  ): Promise<Invoice>;
  findPdfs(invoiceIds: readonly string[]): Promise<ReadonlyMap<string, InvoicePdf>>;
  /** Remembers the stored PDF of a document; the first one counts. */
  savePdf(invoiceId: string, pdf: InvoicePdf, at: Date): Promise<void>;
};

/** Which documents of a shop. */
export type InvoiceQuery = {
  readonly shopId: string;
  readonly kind?: InvoiceKind | undefined;
  /** From `start` until before `end`. */
  readonly issued?: { readonly start: Date; readonly end: Date } | undefined;
  readonly limit: number;
  readonly after: PageKey | undefined;
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
    async lock(id) {
      const row = await rows().findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      return row === null ? undefined : fromRow(row);
    },
    async findFor(source, request) {
      const row = await rows().findOneBy({ source });
      if (row === null) return undefined;
      if (!requestHash(request).equals(row.requestHash ?? Buffer.alloc(0))) throw keyReused();
      return fromRow(row);
    },
    async listByOriginal(originalId) {
      return (await rows().find({ where: { originalId }, order: { createdAt: 'ASC', serial: 'ASC' } })).map(fromRow);
    },
    async findAll(ids) {
      return ids.length === 0 ? [] : (await rows().findBy({ id: In([...ids]) })).map(fromRow);
    },
    async listIssued({ supplierGstin, start, end }) {
      const createdAt = And(MoreThanOrEqual(start), LessThan(end));
      const order = { kind: 'ASC', serial: 'ASC' } as const;
      return (await rows().find({ where: { supplierGstin, createdAt }, order })).map(fromRow);
    },
    async list({ shopId, kind, issued, ...page }) {
      const createdAt = issued && And(MoreThanOrEqual(issued.start), LessThan(issued.end));
      const where = { shopId, ...(kind && { kind }), ...(createdAt && { createdAt }) };
      const query = rows().createQueryBuilder('invoice').where(where);
      return (await newestFirst(query, page).getMany()).map(fromRow);
    },
    async issue(draft, { id, at, request }) {
      const series = [draft.supply.supplier.gstin, draft.kind, financialYear(at)] as const;
      const { serial, issuedAt } = await takeNumber(tx, series, at);
      const [, kind, year] = series;
      const settled = await withReceipts(tx, draft);
      const invoice = { ...settled, id, number: invoiceNumber(kind, year, serial), issuedAt };
      const hash = request === undefined ? null : requestHash(request);
      await rows().insert(toRow(invoice, { financialYear: year, serial, requestHash: hash }));
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

/** Only once the series is locked: of two invoices of a shop, the second sees what the first has used. */
async function withReceipts(tx: Transaction, draft: InvoiceDraft): Promise<InvoiceDraft> {
  if (!isPaidFromAdvances(draft)) return draft;
  const receipts = payingReceipts(await readAdvances(tx, draft.shopId), draft.total);
  return { ...draft, settlement: { by: 'advance', receipts } };
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
  const { last_serial: serial, last_issued_at: issuedAt }: { last_serial: number; last_issued_at: Date } = row;
  if (istDay(at) < istDay(issuedAt)) throw seriesAhead(issuedAt);
  return { serial, issuedAt };
}

/** The date of a document is the day it was issued: one dated before an earlier number would be wrong for good. */
function seriesAhead(last: Date): DomainError {
  const message = `this series has a document of ${istDay(last)} already: check the clock of this machine`;
  return new DomainError('unavailable', 'SERIES_AHEAD', message, { retryAfterSeconds: 5 });
}
