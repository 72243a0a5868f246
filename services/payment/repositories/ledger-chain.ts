import { requestHash, type Transaction } from '@doffers/database';

/** Where the chain begins. */
export const genesis = Buffer.alloc(32);

/** A link of the chain. */
export type Seal = {
  readonly seq: number;
  readonly journalId: Buffer;
  readonly prevHash: Buffer;
  readonly hash: Buffer;
};

export type LedgerChain = {
  /**
   * Seals the oldest journals that are not sealed, of those whose id is above `after`, and answers how many. The end of
   * the chain stays locked until the transaction ends, so one sealer works at a time.
   */
  seal(query: { readonly after: Buffer; readonly limit: number; readonly at: Date }): Promise<number>;
  /** Journals with their entries as they are sealed, in the order of the chain, behind `seq`. */
  readSealed(query: { readonly after: number; readonly limit: number }): Promise<readonly SealedJournal[]>;
};

export type SealedJournal = Seal & { readonly content: unknown };

/**
 * The hash of a link: the one before it, its place, and everything that the journal says. Accounts go in by owner and
 * code, so that renaming one breaks the chain as well.
 */
export function sealHash(prevHash: Buffer, seq: number, content: unknown): Buffer {
  return requestHash({ prevHash, seq, content });
}

/** The lowest id that a journal of this instant can have: ids are UUIDv7 and begin with their time. */
export function firstIdAt(at: Date): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.max(0, at.getTime()), 0, 6);
  return id;
}

/** The chain within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createLedgerChain(tx: Transaction): LedgerChain {
  return {
    async seal({ after, limit, at }) {
      const [end] = await tx.query('SELECT seq, hash FROM journal_chain WHERE id = 1 FOR UPDATE');
      const journals: JournalRow[] = await tx.query(
        `SELECT j.* FROM journal j LEFT JOIN journal_seal s ON s.journal_id = j.id
          WHERE j.id > ? AND s.journal_id IS NULL ORDER BY j.id LIMIT ?`,
        [after, limit],
      );
      if (journals.length === 0) return 0;
      const contentOf = await contents(tx, journals);
      let seq = Number(end.seq);
      let hash: Buffer = end.hash;
      const seals = journals.map((journal) => {
        const prevHash = hash;
        seq += 1;
        hash = sealHash(prevHash, seq, contentOf(journal));
        return [seq, journal.id, prevHash, hash, at];
      });
      await tx.query('INSERT INTO journal_seal (seq, journal_id, prev_hash, hash, sealed_at) VALUES ?', [seals]);
      await tx.query('UPDATE journal_chain SET seq = ?, hash = ? WHERE id = 1', [seq, hash]);
      return journals.length;
    },
    async readSealed({ after, limit }) {
      const rows: (JournalRow & SealRow)[] = await tx.query(
        `SELECT s.seq, s.prev_hash, s.hash, j.* FROM journal_seal s JOIN journal j ON j.id = s.journal_id
          WHERE s.seq > ? ORDER BY s.seq LIMIT ?`,
        [after, limit],
      );
      if (rows.length === 0) return [];
      const contentOf = await contents(tx, rows);
      return rows.map((row) => ({
        seq: Number(row.seq),
        journalId: row.id,
        prevHash: row.prev_hash,
        hash: row.hash,
        content: contentOf(row),
      }));
    },
  };
}

/** Everything that a journal says, for its hash. */
async function contents(tx: Transaction, journals: readonly JournalRow[]): Promise<(journal: JournalRow) => unknown> {
  const entries: EntryRow[] = await tx.query(
    `SELECT e.journal_id, e.line_no, a.code, a.owner_id, e.debit_paise, e.credit_paise, e.sold, e.channel, e.state
       FROM entry e JOIN ledger_account a ON a.id = e.account_id
      WHERE e.journal_id IN (?) ORDER BY e.journal_id, e.line_no`,
    [journals.map(({ id }) => id)],
  );
  const lines = Map.groupBy(entries, ({ journal_id }) => journal_id.toString('hex'));
  return ({ id, idempotency_key, request_hash, kind, reference, reverses_id, created_at }) => ({
    id,
    key: idempotency_key,
    requestHash: request_hash,
    kind,
    reference,
    reversesId: reverses_id,
    createdAt: created_at,
    lines: (lines.get(id.toString('hex')) ?? []).map((line) => [
      line.line_no,
      line.code,
      line.owner_id,
      String(line.debit_paise),
      String(line.credit_paise),
      line.sold,
      line.channel,
      line.state,
    ]),
  });
}

type JournalRow = {
  readonly id: Buffer;
  readonly idempotency_key: string;
  readonly request_hash: Buffer;
  readonly kind: string;
  readonly reference: string;
  readonly reverses_id: Buffer | null;
  readonly created_at: Date;
};

type SealRow = { readonly seq: string; readonly prev_hash: Buffer; readonly hash: Buffer };

type EntryRow = {
  readonly journal_id: Buffer;
  readonly line_no: number;
  readonly code: string;
  readonly owner_id: Buffer;
  readonly debit_paise: string;
  readonly credit_paise: string;
  readonly sold: string | null;
  readonly channel: string | null;
  readonly state: string | null;
};
