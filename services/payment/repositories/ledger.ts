import {
  idFromBytes,
  idToBytes,
  isDuplicateKey,
  isMissingReference,
  newId,
  requestHash,
  type Transaction,
} from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise, type StateCode } from '@doffers/money';
import type { Account, Journal } from '../domain/ledger.ts';
import type { Service } from '../domain/supply.ts';
import type { EntryKey, WalletEntry } from '../domain/wallet.ts';
import { accountId, openAccounts } from './accounts.ts';
import { moveLots, type Posted } from './lots.ts';

export type Ledger = {
  /**
   * Writes a journal, unless its key has been written with the same content before. The lots of the shops follow it.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`; `INSUFFICIENT_FUNDS` when a shop has less than it takes and
   * `ALREADY_REVERSED` when another journal has taken the same one back: roll back
   */
  post(journal: Journal, at: Date): Promise<'posted' | 'known'>;
  /**
   * Writes journals of which none has been written before, and none takes another one back, in the fewest statements.
   * @throws an error of a duplicate key, `INSUFFICIENT_FUNDS`: roll back
   */
  postNew(journals: readonly Journal[], at: Date): Promise<void>;
  /** Journals as they were written, in the order of their keys; a key of nobody is left out. */
  read(keys: readonly string[]): Promise<readonly Journal[]>;
  /** What moved in a shop's wallet, newest first, behind the movement where the page before ended. */
  listWalletEntries(query: {
    readonly shopId: string;
    readonly limit: number;
    readonly after: EntryKey | undefined;
  }): Promise<readonly WalletEntry[]>;
};

/** The ledger within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createLedger(tx: Transaction): Ledger {
  return {
    async post(journal, at) {
      const reversesId = journal.reverses === undefined ? null : await idOf(tx, journal.reverses);
      const written = { id: idToBytes(newId()), journal, at };
      try {
        await writeJournals(tx, [written], reversesId);
      } catch (error) {
        if (isDuplicateKey(error, 'uq_journal_reverses')) throw alreadyReversed();
        if (!isDuplicateKey(error, 'uq_journal_key')) throw error;
        await assertSame(tx, journal);
        return 'known';
      }
      await writeEntries(tx, [written]);
      await moveLots(tx, written);
      return 'posted';
    },

    async postNew(journals, at) {
      if (journals.length === 0) return;
      const written = journals.map((journal) => ({ id: idToBytes(newId()), journal, at }));
      await writeJournals(tx, written);
      await writeEntries(tx, written);
      for (const one of written) await moveLots(tx, one);
    },

    async read(keys) {
      if (keys.length === 0) return [];
      const rows: JournalRow[] = await tx.query(
        `SELECT j.idempotency_key, j.kind, j.reference, a.code, a.owner_type, a.owner_id, e.debit_paise, e.credit_paise,
                e.sold, e.channel, e.state
           FROM journal j JOIN entry e ON e.journal_id = j.id JOIN ledger_account a ON a.id = e.account_id
          WHERE j.idempotency_key IN (?) ORDER BY j.idempotency_key, e.line_no`,
        [keys],
      );
      const journals = Map.groupBy(rows, ({ idempotency_key }) => idempotency_key);
      return [...journals.values()].flatMap(toJournals);
    },

    async listWalletEntries({ shopId, limit, after }) {
      const behind = after && 'AND e.journal_id <= ? AND (e.journal_id < ? OR e.line_no < ?)';
      const journalId = after && idToBytes(after.journalId);
      const rows: EntryRow[] = await tx.query(
        `SELECT e.journal_id, e.line_no, e.credit_paise - e.debit_paise AS amount, j.kind, j.reference, j.created_at
           FROM ledger_account a
           JOIN entry e ON e.account_id = a.id
           JOIN journal j ON j.id = e.journal_id
          WHERE a.owner_id = ?
            AND (a.code IN ('WALLET_CASH', 'WALLET_PROMO')
              OR (a.code IN ('WALLET_HELD_CASH', 'WALLET_HELD_PROMO') AND j.kind = 'capture'))
            ${behind ?? ''}
          ORDER BY e.journal_id DESC, e.line_no DESC
          LIMIT ?`,
        [idToBytes(shopId), ...(after ? [journalId, journalId, after.lineNo] : []), limit],
      );
      return rows.map(toWalletEntry);
    },
  };
}

async function assertSame(tx: Transaction, journal: Journal): Promise<void> {
  const { key } = journal;
  const [earlier] = await tx.query('SELECT request_hash FROM journal WHERE idempotency_key = ?', [key]);
  if (requestHash(journal).equals(earlier.request_hash)) return;
  throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', `${key} was written before with other content`);
}

async function idOf(tx: Transaction, key: string): Promise<Buffer> {
  const [row] = await tx.query('SELECT id FROM journal WHERE idempotency_key = ?', [key]);
  if (row === undefined) throw new Error(`there is no journal ${key} to take back`);
  return row.id;
}

function alreadyReversed(): DomainError {
  return new DomainError('failed_precondition', 'ALREADY_REVERSED', 'this was taken back before');
}

async function writeJournals(
  tx: Transaction,
  written: readonly Posted[],
  reversesId: Buffer | null = null,
): Promise<void> {
  await tx.query(
    'INSERT INTO journal (id, idempotency_key, request_hash, kind, reference, reverses_id, created_at) VALUES ?',
    [
      written.map(({ id, journal, at }) => {
        const { key, kind, reference } = journal;
        return [id, key, requestHash(journal), kind, reference, reversesId, at];
      }),
    ],
  );
}

async function writeEntries(tx: Transaction, written: readonly Posted[]): Promise<void> {
  const rows = written.flatMap(({ id, journal }) =>
    journal.lines.map(({ account, debit, credit, earned }, lineNo) => {
      const marks = [earned?.sold, earned?.channel, earned?.state].map((mark) => mark ?? null);
      return [id, lineNo, accountId(account), debit, credit, ...marks];
    }),
  );
  const insert = () =>
    tx.query(
      'INSERT INTO entry (journal_id, line_no, account_id, debit_paise, credit_paise, sold, channel, state) VALUES ?',
      [rows],
    );
  try {
    await insert();
  } catch (error) {
    // A shop's accounts come with its wallet, so this is an account of the platform that is used for the first time.
    if (!isMissingReference(error, 'fk_entry_account')) throw error;
    await openAccounts(
      tx,
      written.flatMap(({ journal }) => journal.lines.map(({ account }) => account)),
    );
    await insert();
  }
}

type JournalRow = {
  readonly idempotency_key: string;
  readonly kind: Journal['kind'];
  readonly reference: string;
  readonly code: Account['code'];
  readonly owner_type: 'platform' | 'shop';
  readonly owner_id: Buffer;
  readonly debit_paise: string;
  readonly credit_paise: string;
  readonly sold: Service | null;
  readonly channel: string | null;
  readonly state: StateCode | null;
};

/** The one journal of its rows. */
function toJournals(rows: readonly JournalRow[]): Journal[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { idempotency_key: key, kind, reference } = first;
  const lines = rows.map(({ code, owner_type, owner_id, debit_paise, credit_paise, sold, channel, state }) => ({
    account: (owner_type === 'shop' ? { code, shopId: idFromBytes(owner_id) } : { code }) as Account,
    debit: paise(Number(debit_paise)),
    credit: paise(Number(credit_paise)),
    ...(sold !== null && state !== null && { earned: { sold, ...(channel !== null && { channel }), state } }),
  }));
  return [{ key, kind, reference, lines }];
}

type EntryRow = {
  readonly journal_id: Buffer;
  readonly line_no: number;
  readonly amount: string;
  readonly kind: WalletEntry['kind'];
  readonly reference: string;
  readonly created_at: Date;
};

function toWalletEntry({ journal_id, line_no, amount, kind, reference, created_at }: EntryRow): WalletEntry {
  const key = { journalId: idFromBytes(journal_id), lineNo: line_no };
  return { key, kind, amount: paise(Number(amount)), reference, createdAt: created_at };
}
