import { idFromBytes, idToBytes, isDuplicateKey, newId, requestHash, type Transaction } from '@doffers/database';
import { DomainError } from '@doffers/errors';
import { paise } from '@doffers/money';
import { type Account, type Journal, normalSide } from '../domain/ledger.ts';
import type { EntryKey, WalletEntry } from '../domain/wallet.ts';

export type Ledger = {
  /**
   * Writes a journal, unless its key has been written with the same content before.
   * @throws DomainError `IDEMPOTENCY_KEY_REUSED`
   */
  post(journal: Journal, at: Date): Promise<'posted' | 'known'>;
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
      const id = idToBytes(newId());
      const hash = requestHash(journal);
      try {
        await tx.query(
          'INSERT INTO journal (id, idempotency_key, request_hash, kind, reference, created_at) VALUES (?, ?, ?, ?, ?, ?)',
          [id, journal.key, hash, journal.kind, journal.reference, at],
        );
      } catch (error) {
        if (!isDuplicateKey(error, 'uq_journal_key')) throw error;
        await assertSame(tx, journal.key, hash);
        return 'known';
      }
      const idOf = await accountIds(
        tx,
        journal.lines.map(({ account }) => account),
      );
      await tx.query('INSERT INTO entry (journal_id, line_no, account_id, debit_paise, credit_paise) VALUES ?', [
        journal.lines.map(({ account, debit, credit }, lineNo) => [id, lineNo, idOf(account), debit, credit]),
      ]);
      return 'posted';
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

async function assertSame(tx: Transaction, key: string, hash: Buffer): Promise<void> {
  const [earlier] = await tx.query('SELECT request_hash FROM journal WHERE idempotency_key = ?', [key]);
  if (hash.equals(earlier.request_hash)) return;
  throw new DomainError('already_exists', 'IDEMPOTENCY_KEY_REUSED', `${key} was written before with other content`);
}

/** Finds the accounts of a journal in one query, and opens those that are used for the first time. */
async function accountIds(tx: Transaction, accounts: readonly Account[]): Promise<(account: Account) => Buffer> {
  const known = await findAccounts(tx, accounts);
  const missing = accounts.filter((account) => !known.has(nameOf(account)));
  if (missing.length > 0) {
    await tx.query('INSERT IGNORE INTO ledger_account (id, code, owner_type, owner_id, normal_side) VALUES ?', [
      missing.map((account) => [
        idToBytes(newId()),
        account.code,
        ownerType(account),
        ownerId(account),
        normalSide[account.code],
      ]),
    ]);
    // Read again instead of remembered: another transaction may have opened them a moment earlier.
    for (const [name, id] of await findAccounts(tx, missing)) known.set(name, id);
  }
  return (account) => {
    const id = known.get(nameOf(account));
    if (id === undefined) throw new Error(`account ${nameOf(account)} could not be opened`);
    return id;
  };
}

async function findAccounts(tx: Transaction, accounts: readonly Account[]): Promise<Map<string, Buffer>> {
  const rows: { id: Buffer; owner_id: Buffer; code: string }[] = await tx.query(
    'SELECT id, owner_id, code FROM ledger_account WHERE (owner_id, code) IN (?)',
    [accounts.map((account) => [ownerId(account), account.code])],
  );
  return new Map(rows.map(({ id, owner_id, code }) => [`${code}/${owner_id.toString('hex')}`, id]));
}

const platform = Buffer.alloc(16);
const ownerType = ({ shopId }: Account) => (shopId === undefined ? 'platform' : 'shop');
const ownerId = ({ shopId }: Account) => (shopId === undefined ? platform : idToBytes(shopId));
const nameOf = (account: Account) => `${account.code}/${ownerId(account).toString('hex')}`;

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
