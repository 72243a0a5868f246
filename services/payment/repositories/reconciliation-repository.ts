import { idFromBytes, idToBytes, newId, type Transaction } from '@doffers/database';
import type { Break, CheckId, Finding, ReconciliationRun } from '../domain/reconciliation.ts';

export type ReconciliationRepository = {
  /** Where a check goes on; undefined: at its beginning. */
  position(check: CheckId): Promise<string | undefined>;
  savePosition(check: CheckId, position: string | undefined): Promise<void>;
  /** Opens a break, again when it was resolved, or leaves the one that is open. */
  open(finding: Finding, at: Date): Promise<void>;
  /** Breaks newest first, at most 100. */
  listBreaks(query: { readonly includeResolved: boolean }): Promise<readonly Break[]>;
  findBreak(id: string): Promise<Break | undefined>;
  lockBreak(id: string): Promise<Break | undefined>;
  resolve(id: string, resolution: NonNullable<Break['resolution']>): Promise<void>;
  /** Whether a shop has breaks that are open. */
  hasOpenBreaks(shopId: string): Promise<boolean>;
  countOpenBreaks(): Promise<number>;
  saveRun(run: ReconciliationRun): Promise<void>;
  /** Runs newest first, at most 50. */
  listRuns(): Promise<readonly ReconciliationRun[]>;
};

/** Runs and breaks within one transaction; reads also statement by statement. */
export function createReconciliationRepository(tx: Transaction): ReconciliationRepository {
  const readBreaks = async (where: string, values: readonly unknown[] = []): Promise<Break[]> => {
    const rows: BreakRow[] = await tx.query(`SELECT * FROM recon_break ${where}`, [...values]);
    return rows.map(toBreak);
  };
  return {
    async position(check) {
      const [row] = await tx.query('SELECT position FROM recon_progress WHERE check_id = ?', [check]);
      return row?.position;
    },
    async savePosition(check, position) {
      if (position === undefined) {
        await tx.query('DELETE FROM recon_progress WHERE check_id = ?', [check]);
        return;
      }
      await tx.query(
        'INSERT INTO recon_progress (check_id, position) VALUES (?, ?) ON DUPLICATE KEY UPDATE position = ?',
        [check, position, position],
      );
    },
    async open({ kind, reference, shopId, details }, at) {
      const shop = shopId === undefined ? null : idToBytes(shopId);
      const both = JSON.stringify(details);
      await tx.query(
        `INSERT INTO recon_break (id, kind, reference, shop_id, details, found_at) VALUES (?, ?, ?, ?, ?, ?)
           ON DUPLICATE KEY UPDATE kind = kind`,
        [idToBytes(newId()), kind, reference, shop, both, at],
      );
      await tx.query(
        `UPDATE recon_break SET shop_id = ?, details = ?, found_at = ?, resolved_at = NULL, resolved_by = NULL, note = NULL
          WHERE kind = ? AND reference = ? AND resolved_at IS NOT NULL`,
        [shop, both, at, kind, reference],
      );
    },
    listBreaks: ({ includeResolved }) =>
      readBreaks(`${includeResolved ? '' : 'WHERE resolved_at IS NULL'} ORDER BY found_at DESC, id DESC LIMIT 100`),
    async findBreak(id) {
      const [found] = await readBreaks('WHERE id = ?', [idToBytes(id)]);
      return found;
    },
    async lockBreak(id) {
      const [found] = await readBreaks('WHERE id = ? FOR UPDATE', [idToBytes(id)]);
      return found;
    },
    async resolve(id, { at, actorId, note }) {
      await tx.query('UPDATE recon_break SET resolved_at = ?, resolved_by = ?, note = ? WHERE id = ?', [
        at,
        idToBytes(actorId),
        note,
        idToBytes(id),
      ]);
    },
    async hasOpenBreaks(shopId) {
      const rows = await tx.query('SELECT 1 FROM recon_break WHERE shop_id = ? AND resolved_at IS NULL LIMIT 1', [
        idToBytes(shopId),
      ]);
      return rows.length > 0;
    },
    async countOpenBreaks() {
      const [row] = await tx.query('SELECT COUNT(*) AS open FROM recon_break WHERE resolved_at IS NULL');
      return Number(row.open);
    },
    async saveRun({ id, startedAt, endedAt, checks }) {
      await tx.query('INSERT INTO recon_run (id, started_at, ended_at, checks) VALUES (?, ?, ?, ?)', [
        idToBytes(id),
        startedAt,
        endedAt,
        JSON.stringify(checks),
      ]);
    },
    async listRuns() {
      const rows: RunRow[] = await tx.query('SELECT * FROM recon_run ORDER BY started_at DESC LIMIT 50');
      return rows.map(({ id, started_at, ended_at, checks }) => ({
        id: idFromBytes(id),
        startedAt: started_at,
        endedAt: ended_at,
        checks: JSON.parse(checks) as ReconciliationRun['checks'],
      }));
    },
  };
}

type RunRow = { readonly id: Buffer; readonly started_at: Date; readonly ended_at: Date; readonly checks: string };

type BreakRow = {
  readonly id: Buffer;
  readonly kind: string;
  readonly reference: string;
  readonly shop_id: Buffer | null;
  readonly details: string;
  readonly found_at: Date;
  readonly resolved_at: Date | null;
  readonly resolved_by: Buffer | null;
  readonly note: string | null;
};

function toBreak(row: BreakRow): Break {
  const { kind, reference, details, found_at: foundAt, resolved_at: at, resolved_by: actor, note } = row;
  const resolution = at && actor ? { at, actorId: idFromBytes(actor), note: note ?? '' } : undefined;
  const shopId = row.shop_id === null ? undefined : idFromBytes(row.shop_id);
  return { id: idFromBytes(row.id), kind, reference, shopId, details, foundAt, resolution };
}
