import { idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import { paise } from '@doffers/money';
import type { Finding } from '../domain/reconciliation.ts';
import type { BookedMovement, SettlementLine } from '../domain/settlement.ts';

export type ImportRecord = {
  readonly id: string;
  readonly by: string;
  readonly at: Date;
  readonly lines: number;
  readonly added: number;
  readonly differences: number;
};

export type SettlementRepository = {
  /** Keeps lines, each once; answers how many were new. */
  save(lines: readonly SettlementLine[], at: Date): Promise<number>;
  /** Writes down who handed a report in, and what came of it. */
  recordImport(record: ImportRecord): Promise<void>;
  /** What the books know of the payments and refunds of some lines. */
  booked(lines: readonly SettlementLine[]): Promise<ReadonlyMap<string, BookedMovement>>;
  /** When the first top-up was credited; undefined when none was. */
  firstCredit(): Promise<Date | undefined>;
  /** Top-ups credited from `start` up to but not including `end` of which less was settled than was paid. */
  unsettled(range: { readonly start: Date; readonly end: Date }): Promise<readonly Finding[]>;
};

export function createSettlementRepository(tx: Transaction): SettlementRepository {
  return {
    async save(lines, at) {
      if (lines.length === 0) return 0;
      const { affectedRows } = await tx.query(
        'INSERT IGNORE INTO settlement_line (entity_id, settlement_id, type, amount_paise, fee_paise, imported_at) VALUES ?',
        [lines.map(({ entityId, settlementId, type, amount, fee }) => [entityId, settlementId, type, amount, fee, at])],
      );
      return affectedRows;
    },
    async recordImport({ id, by, at, lines, added, differences }) {
      await tx.query(
        `INSERT INTO settlement_import (id, imported_by, imported_at, line_count, added, differences)
          VALUES (?, ?, ?, ?, ?, ?)`,
        [idToBytes(id), idToBytes(by), at, lines, added, differences],
      );
    },
    async booked(lines) {
      if (lines.length === 0) return new Map();
      const ids = [...new Set(lines.map(({ entityId }) => entityId))];
      const rows: BookedRow[] = await tx.query(
        `SELECT payment_id AS entityId, 'payment' AS type, amount_paise AS amount, order_id AS orderId
           FROM topup WHERE payment_id IN (?)
         UNION ALL
         SELECT payment_id, 'payment', amount_paise, NULL
           FROM refund WHERE payment_id IN (?) AND purpose <> 'unused_credit'
         UNION ALL
         SELECT gateway_refund_id, 'refund', amount_paise, NULL FROM refund WHERE gateway_refund_id IN (?)
         UNION ALL
         SELECT reference, IF(kind = 'unknown_refund', 'refund', 'payment'), NULL, NULL
           FROM recon_break WHERE reference IN (?) AND kind IN ('unknown_order', 'amount_mismatch', 'unknown_refund')`,
        [ids, ids, ids, ids],
      );
      const elsewhere = await settledElsewhere(tx, ids, lines);
      const toMovement = ({ amount, orderId, ...row }: BookedRow): BookedMovement => ({
        ...row,
        amount: amount === null ? undefined : paise(Number(amount)),
        orderId: orderId ?? undefined,
        settledElsewhere: paise(elsewhere.get(row.entityId) ?? 0),
      });
      // A break stands behind what it is about, and says less.
      return new Map(rows.toReversed().map((row) => [row.entityId, toMovement(row)]));
    },
    async firstCredit() {
      const [row]: { first: Date | null }[] = await tx.query('SELECT MIN(credited_at) AS first FROM topup');
      return row?.first ?? undefined;
    },
    async unsettled({ start, end }) {
      const rows: { id: Buffer; shop_id: Buffer; payment_id: string; amount_paise: string; settled: string }[] =
        await tx.query(
          `SELECT t.id, t.shop_id, t.payment_id, t.amount_paise, COALESCE(SUM(l.amount_paise), 0) AS settled
             FROM topup t LEFT JOIN settlement_line l ON l.entity_id = t.payment_id
            WHERE t.credited_at >= ? AND t.credited_at < ?
            GROUP BY t.id, t.shop_id, t.payment_id, t.amount_paise HAVING settled < t.amount_paise`,
          [start, end],
        );
      return rows.map(({ id, shop_id, payment_id, amount_paise, settled }) => ({
        kind: 'settlement_missing',
        reference: payment_id,
        details: {
          topupId: idFromBytes(id),
          shopId: idFromBytes(shop_id),
          paidPaise: Number(amount_paise),
          settledPaise: Number(settled),
        },
      }));
    },
  };
}

/** What was settled of payments by other lines than these. */
async function settledElsewhere(tx: Transaction, ids: readonly string[], lines: readonly SettlementLine[]) {
  const rows: { entity_id: string; settlement_id: string; type: string; amount_paise: string }[] = await tx.query(
    'SELECT entity_id, settlement_id, type, amount_paise FROM settlement_line WHERE entity_id IN (?)',
    [ids],
  );
  const keyOf = (entity: string, settlement: string, type: string) => `${entity}/${settlement}/${type}`;
  const these = new Set(lines.map(({ entityId, settlementId, type }) => keyOf(entityId, settlementId, type)));
  const sums = new Map<string, number>();
  for (const { entity_id, settlement_id, type, amount_paise } of rows) {
    if (these.has(keyOf(entity_id, settlement_id, type))) continue;
    sums.set(entity_id, (sums.get(entity_id) ?? 0) + Number(amount_paise));
  }
  return sums;
}

type BookedRow = Pick<BookedMovement, 'entityId' | 'type'> & {
  readonly amount: string | null;
  readonly orderId: string | null;
};
