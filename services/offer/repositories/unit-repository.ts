import { type Database, idFromBytes, idToBytes, type Transaction } from '@doffers/database';
import type { PendingUnit, Unit } from '../domain/unit.ts';

export type UnitRepository = {
  /**
   * Notes that a unit is about to be reserved. One request of a shop has one: a repetition gets the unit noted first, and
   * undefined when that one came to its end just now.
   */
  begin(unit: Unit, request: { readonly requestId: string; readonly now: Date }): Promise<PendingUnit | undefined>;
  /** Ends a reservation that is to become no offer. False when it has ended: as an offer, or given up by another. */
  giveUp(unit: Unit): Promise<boolean>;
  /** Forgets a unit that payment has back. */
  forget(unit: Unit): Promise<void>;
  /** Units on their way back, and reservations that nobody has gone on with, that are older than `before`. */
  listOverdue(
    before: { readonly reserving: Date; readonly returning: Date },
    limit: number,
  ): Promise<readonly PendingUnit[]>;
};

type Row = { offer_id: Buffer; shop_id: Buffer; state: PendingUnit['state'] };

const columns = 'offer_id, shop_id, state';

export function createUnitRepository(db: Database): UnitRepository {
  return {
    async begin({ offerId, shopId }, { requestId, now }) {
      await db.query(
        `INSERT INTO pending_unit (offer_id, shop_id, request_id, state, created_at) VALUES (?, ?, ?, 'reserving', ?)
         ON DUPLICATE KEY UPDATE offer_id = offer_id`,
        [idToBytes(offerId), idToBytes(shopId), requestId, now],
      );
      const [row]: Row[] = await db.query(`SELECT ${columns} FROM pending_unit WHERE shop_id = ? AND request_id = ?`, [
        idToBytes(shopId),
        requestId,
      ]);
      return row && fromRow(row);
    },
    async giveUp({ offerId }) {
      const { affectedRows } = await db.query(
        "UPDATE pending_unit SET state = 'returning' WHERE offer_id = ? AND state = 'reserving'",
        [idToBytes(offerId)],
      );
      return affectedRows === 1;
    },
    async forget({ offerId }) {
      await db.query("DELETE FROM pending_unit WHERE offer_id = ? AND state = 'returning'", [idToBytes(offerId)]);
    },
    async listOverdue({ reserving, returning }, limit) {
      const rows: Row[] = await db.query(
        `SELECT ${columns} FROM pending_unit
          WHERE (state = 'returning' AND created_at < ?) OR (state = 'reserving' AND created_at < ?)
          ORDER BY created_at LIMIT ?`,
        [returning, reserving, limit],
      );
      return rows.map(fromRow);
    },
  };
}

/** The reserved unit becomes an offer's, in the transaction that stores the offer. False when it was given up. */
export async function settleUnit(tx: Transaction, offerId: string): Promise<boolean> {
  const { affectedRows } = await tx.query("DELETE FROM pending_unit WHERE offer_id = ? AND state = 'reserving'", [
    idToBytes(offerId),
  ]);
  return affectedRows === 1;
}

/** The unit of a deleted offer goes back, in the transaction that deletes the offer. */
export async function releaseUnit(tx: Transaction, { offerId, shopId }: Unit, now: Date): Promise<void> {
  await tx.query("INSERT INTO pending_unit (offer_id, shop_id, state, created_at) VALUES (?, ?, 'returning', ?)", [
    idToBytes(offerId),
    idToBytes(shopId),
    now,
  ]);
}

function fromRow(row: Row): PendingUnit {
  return { offerId: idFromBytes(row.offer_id), shopId: idFromBytes(row.shop_id), state: row.state };
}
