import { idFromBytes, idToBytes, newId, type Transaction } from '@doffers/database';
import { type Paise, paise } from '@doffers/money';
import type { Journal } from '../domain/ledger.ts';
import { type LotChange, type LotKind, type LotUse, lotChanges, spend } from '../domain/lots.ts';
import { spendRefused } from '../domain/wallet.ts';

/** A journal that has just been written. */
export type Posted = { readonly id: Buffer; readonly journal: Journal; readonly at: Date };

const never = new Date('9999-12-31T00:00:00Z');

/**
 * Lets the lots of the shops follow a journal: what it takes is taken from lots, what it gives is a new one, and what a
 * reversal gives back returns to where it came from. The ledger calls it for every journal, so that what is left of a
 * shop's lots always is what it has.
 *
 * @throws DomainError `INSUFFICIENT_FUNDS` when a shop has less than the journal takes; roll back
 */
export async function moveLots(tx: Transaction, posted: Posted): Promise<void> {
  for (const change of lotChanges(posted.journal)) {
    if (change.amount < 0) await take(tx, posted, change);
    else if (posted.journal.reverses === undefined || !(await giveBack(tx, posted, change)))
      await add(tx, posted, change);
  }
}

async function take(tx: Transaction, { id }: Posted, { shopId, kind, amount }: LotChange): Promise<void> {
  // What ends first, then the larger one; locked, so that no two journals spend the same.
  const rows: LotRow[] = await tx.query(
    `SELECT id, remaining_paise FROM credit_lot WHERE shop_id = ? AND kind = ? AND spent = 0
      ORDER BY expires_at, amount_paise DESC, id FOR UPDATE`,
    [idToBytes(shopId), kind],
  );
  const lots = rows.map(({ id, remaining_paise }) => ({
    id: idFromBytes(id),
    remaining: paise(Number(remaining_paise)),
  }));
  const uses = spend(lots, paise(0 - amount));
  if (uses === undefined) throw spendRefused('INSUFFICIENT_FUNDS');
  await consume(tx, id, uses);
}

/** Answers false when the reversed journal was written before there were lots. */
async function giveBack(tx: Transaction, { id, journal }: Posted, { shopId, kind }: LotChange): Promise<boolean> {
  const used: { lot_id: Buffer; amount_paise: string }[] = await tx.query(
    `SELECT c.lot_id, c.amount_paise
       FROM journal j JOIN lot_consumption c ON c.journal_id = j.id JOIN credit_lot l ON l.id = c.lot_id
      WHERE j.idempotency_key = ? AND l.shop_id = ? AND l.kind = ? ORDER BY c.lot_id FOR UPDATE`,
    [journal.reverses, idToBytes(shopId), kind],
  );
  const uses = used.map(({ lot_id, amount_paise }) => ({
    lotId: idFromBytes(lot_id),
    amount: paise(0 - Number(amount_paise)),
  }));
  await consume(tx, id, uses);
  return uses.length > 0;
}

async function consume(tx: Transaction, journalId: Buffer, uses: readonly LotUse[]): Promise<void> {
  if (uses.length === 0) return;
  for (const { lotId, amount } of uses) {
    // `spent` first: an assignment sees what those before it have assigned.
    await tx.query(
      'UPDATE credit_lot SET spent = (remaining_paise = ?), remaining_paise = remaining_paise - ? WHERE id = ?',
      [amount, amount, idToBytes(lotId)],
    );
  }
  await tx.query('INSERT INTO lot_consumption (journal_id, lot_id, amount_paise) VALUES ?', [
    uses.map(({ lotId, amount }) => [journalId, idToBytes(lotId), amount]),
  ]);
}

async function add(tx: Transaction, { id, journal, at }: Posted, { shopId, kind, amount }: LotChange): Promise<void> {
  await tx.query(
    `INSERT INTO credit_lot (id, shop_id, kind, journal_id, amount_paise, remaining_paise, expires_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [idToBytes(newId()), idToBytes(shopId), kind, id, amount, amount, journal.expiresAt ?? never, at],
  );
}

export type LotRepository = {
  /** Shops that may spend and have promotional credit that has expired and that no hold waits to use. */
  listExpired(at: Date, limit: number): Promise<readonly string[]>;
  /** What has expired of a shop's promotional credit and is not spent, locked until the transaction ends. */
  lockExpired(shopId: string, at: Date): Promise<Paise>;
};

/** Lots within one transaction, or statement by statement when `tx` is the database's own manager. */
export function createLotRepository(tx: Transaction): LotRepository {
  return {
    async listExpired(at, limit) {
      const rows: { shop_id: Buffer }[] = await tx.query(
        `SELECT l.shop_id FROM credit_lot l JOIN wallet w ON w.shop_id = l.shop_id
          WHERE l.kind = 'promo' AND l.spent = 0 AND l.expires_at <= ? AND w.frozen = 0 AND w.parked = 0
          GROUP BY l.shop_id, w.held_promo_paise HAVING SUM(l.remaining_paise) > w.held_promo_paise
          ORDER BY l.shop_id LIMIT ?`,
        [at, limit],
      );
      return rows.map(({ shop_id }) => idFromBytes(shop_id));
    },
    async lockExpired(shopId, at) {
      const rows: LotRow[] = await tx.query(
        `SELECT id, remaining_paise FROM credit_lot
          WHERE shop_id = ? AND kind = ? AND spent = 0 AND expires_at <= ? FOR UPDATE`,
        [idToBytes(shopId), 'promo' satisfies LotKind, at],
      );
      return paise(rows.reduce((sum, { remaining_paise }) => sum + Number(remaining_paise), 0));
    },
  };
}

type LotRow = { readonly id: Buffer; readonly remaining_paise: string };
