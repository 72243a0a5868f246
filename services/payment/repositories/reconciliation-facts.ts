import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { type CheckPage, type Finding, pageOf } from '../domain/reconciliation.ts';

/** A journal, by what it was written for. */
export type JournalRef = {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly reference: string;
};

/** What the checks that need nothing but our own tables read. Pages go by key: no query grows with the books. */
export type ReconciliationFacts = {
  /** Journals by id, of those whose id is below `before`. */
  journals(page: Page & { readonly before: Buffer }): Promise<readonly JournalRef[]>;
  /** Shops that have a wallet, by id. */
  shops(page: Page): Promise<readonly string[]>;
  /** Which of some sources have no document, of those whose journal was not taken back. */
  undocumented(sources: readonly { readonly journalId: string; readonly source: string }[]): Promise<readonly string[]>;
  /** R5: documents whose predecessor is missing or has a later date, and series that have given numbers to nothing. */
  brokenSeries(page: Page & { readonly before: Buffer }): Promise<CheckPage>;
  /** R6: documents of top-ups and of their refunds whose tax is not what the ledger has booked. */
  driftedAdvances(page: Page & { readonly before: Buffer }): Promise<CheckPage>;
  /** R9: the oldest message of the outbox that was not delivered. */
  oldestUndelivered(before: Date): Promise<CheckPage>;
  /** R12: what was paid for before an instant and neither given nor paid back; at most `limit`. */
  paidForNothing(before: Date, limit: number): Promise<CheckPage>;
  /** R11: included messages whose use differs from what the holds use. */
  driftedUnits(page: Page): Promise<CheckPage>;
};

type Page = { readonly after: string | undefined; readonly limit: number };

const first = '00000000-0000-0000-0000-000000000000';

export function createReconciliationFacts(tx: Transaction): ReconciliationFacts {
  return {
    async journals({ after = first, before, limit }) {
      const rows: { id: Buffer; idempotency_key: string; kind: string; reference: string }[] = await tx.query(
        'SELECT id, idempotency_key, kind, reference FROM journal WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
        [idToBytes(after), before, limit],
      );
      return rows.map(({ id, idempotency_key: key, ...ref }) => ({ id: idFromBytes(id), key, ...ref }));
    },

    async shops({ after = first, limit }) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        'SELECT shop_id FROM wallet WHERE shop_id > ? ORDER BY shop_id LIMIT ?',
        [idToBytes(after), limit],
      );
      return rows.map(({ shop_id }) => idFromBytes(shop_id));
    },

    async undocumented(wanted) {
      if (wanted.length === 0) return [];
      const found: { source: string }[] = await tx.query('SELECT source FROM invoice WHERE source IN (?)', [
        wanted.map(({ source }) => source),
      ]);
      const documented = new Set(found.map(({ source }) => source));
      const missing = wanted.filter(({ source }) => !documented.has(source));
      if (missing.length === 0) return [];
      const reversed: { reverses_id: Buffer }[] = await tx.query(
        'SELECT reverses_id FROM journal WHERE reverses_id IN (?)',
        [missing.map(({ journalId }) => idToBytes(journalId))],
      );
      const takenBack = new Set(reversed.map(({ reverses_id }) => idFromBytes(reverses_id)));
      return missing.filter(({ journalId }) => !takenBack.has(journalId)).map(({ source }) => source);
    },

    async brokenSeries({ after = first, before, limit }) {
      const rows: DocumentFacts[] = await tx.query(
        `SELECT i.id, i.number, i.serial, i.issued_at, p.number AS earlier, p.issued_at AS earlier_at
           FROM invoice i
           LEFT JOIN invoice p ON p.supplier_gstin = i.supplier_gstin AND p.kind = i.kind
            AND p.financial_year = i.financial_year AND p.serial = i.serial - 1
          WHERE i.id > ? AND i.id < ? ORDER BY i.id LIMIT ?`,
        [idToBytes(after), before, limit],
      );
      const page = pageOf(rows, limit, ({ id }) => idFromBytes(id), rows.flatMap(documentBreak));
      if (!page.isThrough) return page;
      return { ...page, findings: [...page.findings, ...(await endlessSeries(tx))] };
    },

    async driftedAdvances({ after = first, before, limit }) {
      const rows: AdvanceFacts[] = await tx.query(
        `SELECT i.id, i.kind, i.number,
                (i.cgst_paise + i.sgst_paise + i.igst_paise) * IF(i.kind = 'refund_voucher', -1, 1) AS document,
                (SELECT SUM(e.credit_paise) - SUM(e.debit_paise) FROM journal j
                   JOIN entry e ON e.journal_id = j.id
                   JOIN ledger_account a ON a.id = e.account_id AND a.code IN ('GST_CGST', 'GST_SGST', 'GST_IGST')
                  WHERE j.idempotency_key =
                        CONCAT(i.source, IF(i.kind = 'refund_voucher', '/request', '/credit'))) AS booked
           FROM invoice i
          WHERE (i.source LIKE 'topup/%' OR i.kind = 'refund_voucher') AND i.id > ? AND i.id < ? ORDER BY i.id LIMIT ?`,
        [idToBytes(after), before, limit],
      );
      const wrong = rows.filter(({ document, booked }) => Number(document) !== Number(booked ?? 0));
      const findings = wrong.map(({ kind, number: reference, document, booked }) => ({
        kind: kind === 'refund_voucher' ? 'refund_tax_drift' : 'topup_tax_drift',
        reference,
        details: { documentPaise: document, bookedPaise: booked },
      }));
      return pageOf(rows, limit, ({ id }) => idFromBytes(id), findings);
    },

    async paidForNothing(before, limit) {
      const rows: { source: string; id: Buffer; shop_id: Buffer; total_paise: string }[] = await tx.query(
        `SELECT 'subscription-bill' AS source, id, shop_id, total_paise FROM subscription_bill
          WHERE charge_state = 'charged' AND active = 0 AND COALESCE(last_try_at, created_at) < ?
         UNION ALL
         SELECT 'pack-purchase', id, shop_id, total_paise FROM pack_purchase
          WHERE charge_state = 'charged' AND grant_state <> 'granted' AND created_at < ? LIMIT ?`,
        [before, before, limit],
      );
      const findings = rows.map(({ source, id, shop_id, total_paise }) => ({
        kind: 'paid_for_nothing',
        reference: `${source}/${idFromBytes(id)}`,
        details: { shopId: idFromBytes(shop_id), paidPaise: Number(total_paise) },
      }));
      return { examined: rows.length, findings, last: undefined, isThrough: true };
    },
    async oldestUndelivered(before) {
      const rows: { id: string; topic: string; created_at: Date; attempts: number }[] = await tx.query(
        'SELECT id, topic, created_at, attempts FROM outbox WHERE delivered_at IS NULL AND created_at < ? ORDER BY id LIMIT 1',
        [before],
      );
      const findings = rows.map(({ id, topic, created_at, attempts }) => ({
        kind: 'outbox_lag',
        reference: `outbox/${id}`,
        details: { topic, attempts, since: created_at.toISOString() },
      }));
      return { examined: 1, findings, last: undefined, isThrough: true };
    },

    async driftedUnits({ after = `${first}/`, limit }) {
      const [entitlement = first, channel = ''] = after.split('/');
      const rows: UnitFacts[] = await tx.query(
        `SELECT u.entitlement_id, u.channel, u.shop_id, u.used,
                (SELECT COALESCE(SUM(x.units - x.returned), 0) FROM unit_use x
                  WHERE x.entitlement_id = u.entitlement_id AND x.channel = u.channel) AS by_holds
           FROM message_units u
          WHERE u.entitlement_id > ? OR (u.entitlement_id = ? AND u.channel > ?)
          ORDER BY u.entitlement_id, u.channel LIMIT ?`,
        [idToBytes(entitlement), idToBytes(entitlement), channel, limit],
      );
      const nameOf = ({ entitlement_id, channel }: UnitFacts) => `${idFromBytes(entitlement_id)}/${channel}`;
      const wrong = rows.filter(({ used, by_holds }) => used !== Number(by_holds));
      return pageOf(
        rows,
        limit,
        nameOf,
        wrong.map((facts) => ({
          kind: 'units_drift',
          reference: nameOf(facts),
          shopId: idFromBytes(facts.shop_id),
          details: { used: facts.used, byHolds: Number(facts.by_holds) },
        })),
      );
    },
  };
}

/** Series whose last number is that of no document: the gaps between documents are found at the documents. */
async function endlessSeries(tx: Transaction): Promise<Finding[]> {
  const series: SeriesFacts[] = await tx.query(
    `SELECT s.supplier_gstin, s.kind, s.financial_year, s.last_serial FROM invoice_series s
      WHERE s.last_serial > 0 AND NOT EXISTS (
        SELECT 1 FROM invoice i WHERE i.supplier_gstin = s.supplier_gstin AND i.kind = s.kind
           AND i.financial_year = s.financial_year AND i.serial = s.last_serial)`,
  );
  return series.map(({ supplier_gstin, kind, financial_year, last_serial }) => ({
    kind: 'series_gap',
    reference: `${supplier_gstin}/${kind}/${financial_year}`,
    details: { lastSerial: last_serial },
  }));
}

function documentBreak({ number: reference, serial, issued_at, earlier, earlier_at }: DocumentFacts): Finding[] {
  if (earlier === null || earlier_at === null) {
    return serial === 1 ? [] : [{ kind: 'series_gap', reference, details: { missingSerial: serial - 1 } }];
  }
  return issued_at < earlier_at ? [{ kind: 'series_date_backwards', reference, details: { earlier } }] : [];
}

type DocumentFacts = {
  readonly id: Buffer;
  readonly number: string;
  readonly serial: number;
  readonly issued_at: Date;
  readonly earlier: string | null;
  readonly earlier_at: Date | null;
};

type AdvanceFacts = {
  readonly id: Buffer;
  readonly kind: string;
  readonly number: string;
  readonly document: string;
  readonly booked: string | null;
};

type SeriesFacts = {
  readonly supplier_gstin: string;
  readonly kind: string;
  readonly financial_year: string;
  readonly last_serial: number;
};

type UnitFacts = {
  readonly entitlement_id: Buffer;
  readonly channel: string;
  readonly shop_id: Buffer;
  readonly used: number;
  readonly by_holds: string;
};
